import { Inject, Injectable } from '@nestjs/common';
import { MODES } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { Clock, seconds } from '../../../kernel/clock.js';
import { readOperation, type ChainOperation } from '../../../platform/chain/index.js';
import { UnitOfWork, type Tx } from '../../../platform/database/index.js';
import { EntriesRepository } from './entries.repository.js';
import { EscrowCalls, closingOperation, entryOfOperation, releaseOperation } from './escrow.calls.js';
import type { ReleaseRow } from './entry.entity.js';
import { ESCROW_CHAINS, type EscrowChain, type EscrowChains } from './escrow.chain.js';
import { ReleasesRepository } from './releases.repository.js';

const ENTRIES_PER_PAGE = 100;
/** Payments in one transaction: about 1.5 million gas. */
const BATCH_MAX = 100;
const REASON_MAX = 200;
/** Before what came to nothing is sent again: twice as long each time, from two seconds to about four minutes. */
const PAUSE_EXPONENT_MAX = 8;

/** Queues what is signed and not yet on chain, and takes up again what came to nothing. */
@Injectable()
export class EscrowDispatch {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly entries: EntriesRepository,
    private readonly releases: ReleasesRepository,
    private readonly calls: EscrowCalls,
    private readonly clock: Clock,
    @Inject(ESCROW_CHAINS) private readonly chains: EscrowChains,
  ) {}

  /** One round over every entry with something due. Repeatable. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      const chain = this.chains[mode];
      if (!chain) continue;
      for (let after = '', more = true; more;) {
        const due = await this.unitOfWork.run((tx) => this.releases.unpaidEntries(tx, mode, after, ENTRIES_PER_PAGE));
        for (const entry of due) await this.unitOfWork.run((tx) => this.pay(tx, chain, entry.id));
        more = due.length === ENTRIES_PER_PAGE;
        after = due.at(-1)?.id ?? after;
      }
      const closing = await this.unitOfWork.run((tx) => this.entries.toClose(tx, mode));
      for (const entry of closing) await this.unitOfWork.run((tx) => this.close(tx, chain, entry.id));
    }
  }

  /** Registers with each relayer who hears how its transactions came out. Once, before the first pump. */
  listen(): void {
    for (const mode of MODES) {
      const relayer = this.chains[mode]?.relayer;
      relayer?.onDone('faucet', () => Promise.resolve());
      relayer?.onDone('escrow.fund', (tx, operation) => this.fundEnded(tx, operation));
      relayer?.onDone('escrow.release', (tx, operation) => this.releaseEnded(tx, operation));
      relayer?.onDone('escrow.close', (tx, operation) => this.closeEnded(tx, operation));
    }
  }

  /** The releases of an entry that are signed and unpaid, as one transaction. Waits while one is on its way. */
  private async pay(tx: Tx, chain: EscrowChain, id: Hex): Promise<void> {
    const entry = await this.entries.lock(tx, id);
    const [first, ...more] = await this.releases.nextSigned(tx, id, BATCH_MAX);
    if (!entry || !first || (await this.isOnItsWay(tx, first))) return;
    if (await this.isTooSoon(tx, first.attempt, releaseOperation({ ...first, attempt: first.attempt - 1 }))) return;
    const batch = more.length === 0 ? null : await this.releases.batch(tx, id, [first, ...more], this.clock.now());
    const rows = batch ? [first, ...more].filter(({ seq }) => seq <= batch.last_seq) : [first];
    const signature = batch ? batch.signature : first.signature;
    if (signature) await this.calls.release(tx, chain, entry, rows, signature);
    // Without one the releaser has yet to sign the batch; the next pass sends it.
  }

  /** Also when it is in a batch that began with an earlier one, whose logs are taken one after the other. */
  private async isOnItsWay(tx: Tx, release: ReleaseRow): Promise<boolean> {
    for (const beginning of await this.releases.beginnings(tx, release))
      if (await readOperation(tx, releaseOperation(beginning))) return true;
    return false;
  }

  private async close(tx: Tx, chain: EscrowChain, id: Hex): Promise<void> {
    const entry = await this.entries.lock(tx, id);
    if (entry?.state !== 'closing' || entry.closed_by !== null) return;
    if (await readOperation(tx, closingOperation(entry))) return;
    const attempt = entry.closing_attempt;
    if (await this.isTooSoon(tx, attempt, closingOperation({ ...entry, closing_attempt: attempt - 1 }))) return;
    await this.calls.close(tx, chain, entry);
  }

  /** What stood in the way of the last attempt, such as a payment that does not lie deep enough to count, takes time to pass. */
  private async isTooSoon(tx: Tx, attempt: number, last: string): Promise<boolean> {
    const ended_at = attempt === 0 ? null : (await readOperation(tx, last))?.ended_at;
    const pause = seconds(2 ** Math.min(attempt, PAUSE_EXPONENT_MAX));
    return ended_at != null && this.clock.now() < ended_at + pause;
  }

  private async fundEnded(tx: Tx, operation: ChainOperation): Promise<void> {
    if (operation.state === 'done') return; // The log tells it, and how much.
    const reason = operation.reason?.slice(0, REASON_MAX) ?? null;
    await this.entries.advance(tx, entryOfOperation(operation), 'refuse', this.clock.now(), { reason });
  }

  /** Somebody else posted a release first, or fees ran out: what is unpaid is sent anew as another operation. */
  private async releaseEnded(tx: Tx, operation: ChainOperation): Promise<void> {
    if (operation.state === 'done') return;
    const seq = Number(operation.id.split(':')[2]);
    await this.releases.countAttempt(tx, entryOfOperation(operation), seq);
  }

  private async closeEnded(tx: Tx, operation: ChainOperation): Promise<void> {
    if (operation.state !== 'done') await this.entries.countClosingAttempt(tx, entryOfOperation(operation));
  }
}
