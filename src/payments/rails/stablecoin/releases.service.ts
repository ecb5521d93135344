import { Injectable } from '@nestjs/common';
import { formatAmount, type Release } from '@groundtruth/sdk/protocol';
import { found } from '../../../kernel/problem.js';
import type { Principal } from '../../../identity/index.js';
import { readOperation } from '../../../platform/chain/index.js';
import { UnitOfWork, type Tx } from '../../../platform/database/index.js';
import { EntriesRepository } from './entries.repository.js';
import type { EntryRow, ReleaseRow } from './entry.entity.js';
import { releaseOperation } from './escrow.calls.js';
import { ReleasesRepository } from './releases.repository.js';

/** Releases as their payees see them: whoever holds one can have it paid without us. */
@Injectable()
export class ReleasesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly entries: EntriesRepository,
    private readonly releases: ReleasesRepository,
  ) {}

  /** The release of the caller's own capture, once it is signed. */
  async get(caller: Principal, captureId: string): Promise<Release> {
    return this.unitOfWork.run(async (tx) => {
      const row = await this.releases.of(tx, captureId);
      const own = row?.signature && (await this.releases.payeeOf(tx, row.entry, row.commitment)) === caller.id;
      const release = found(own ? row : null, captureId);
      const entry = found(await this.entries.lock(tx, release.entry), captureId);
      return {
        capture_id: release.capture_id,
        entry: entry.id,
        chain: entry.chain,
        terms: entry.terms,
        capture_commitment: release.commitment,
        to: release.pay_to,
        for: release.pay_for,
        amount: formatAmount(release.amount),
        paid_before: formatAmount(release.paid_before),
        signature: release.signature!,
        state: await this.stateOf(tx, entry, release),
        transaction: release.transaction,
      };
    });
  }

  private async stateOf(tx: Tx, entry: EntryRow, row: ReleaseRow): Promise<Release['state']> {
    if (row.paid_by !== null) return 'paid';
    // An entry ends with every release paid, unless its funder took it back.
    if (entry.state === 'closed') return 'abandoned';
    for (const beginning of await this.releases.beginnings(tx, row))
      if (await readOperation(tx, releaseOperation(beginning))) return 'sent';
    return 'signed';
  }
}
