import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { found } from '../../kernel/problem.js';
import { DerivativesService } from '../../captures/index.js';
import { SpendCapsLedger, type Principal } from '../../identity/index.js';
import { ReadTill, UsageRepository } from '../../payments/index.js';
import type { Tx } from '../../platform/database/index.js';
import { TransparencyLog } from '../../transparency/index.js';
import type { ObservationRow } from '../observations/observation.entity.js';
import { isFunder, sharesOf } from '../observations/observation.funders.js';
import { mediaView } from '../observations/observation.view.js';

/** Reads of bodies by accounts of ours: whether one is paid for, buying one from the prepaid balance, and what the buyer gets. */
@Injectable()
export class ReadsService {
  constructor(
    private readonly usage: UsageRepository,
    private readonly till: ReadTill,
    private readonly caps: SpendCapsLedger,
    private readonly derivatives: DerivativesService,
    private readonly log: TransparencyLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Charges one read to the reader's prepaid balance and splits it. Repeatable: a second read of an observation by the same reader costs
   * nothing, its funders read free, and a retraction costs nobody anything. Whether the reader may see it at all is the caller's question.
   * @throws {DomainError} `spend_cap_exceeded`, `insufficient_funds`, `account_frozen`; then nothing was charged or recorded.
   */
  async buy(tx: Tx, reader: Principal, row: ObservationRow): Promise<void> {
    if (isFunder(row, reader.id) || row.price === 0n) return;
    const sold = {
      mode: row.mode,
      observation_id: row.id,
      reader: reader.id,
      how: 'balance',
      payment: `balance:${row.id}:${reader.id}`,
      price: row.price,
      currency: 'USD',
    } as const;
    if (!(await this.usage.record(tx, sold, this.clock.now()))) return;
    await this.caps.commit(tx, reader, `${row.id}:${reader.id}`, row.price, 'read');
    await this.till.charge(tx, {
      mode: row.mode,
      observation_id: row.id,
      reader_id: reader.id,
      contributor_id: row.contributor_id,
      funders: sharesOf(row),
      price: row.price,
    });
  }

  /** Whether this reader gets the body for nothing: it funded it, has bought it, or runs the market. */
  async isEntitled(tx: Tx, reader: Principal, row: ObservationRow): Promise<boolean> {
    if (reader.role === 'operator' || isFunder(row, reader.id) || row.price === 0n) return true;
    return this.usage.hasBought(tx, row.id, reader.id);
  }

  /** The paid body: record, salt, proof and a fresh link to the picture. @throws {DomainError} `not_found` while no checkpoint covers it. */
  async bodyOf(tx: Tx, row: ObservationRow) {
    const proof = found(await this.log.inclusionProof(tx, row.mode, row.id), `the proof of ${row.id}`);
    const { media, withheld, link } = await this.derivatives.linkTo(tx, row.capture_id);
    return {
      record: row.record,
      salt: row.salt,
      proof,
      media: media && link && mediaView(media, link),
      media_withheld: withheld,
    };
  }
}
