import { Inject, Injectable } from '@nestjs/common';
import { MODES } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { Clock } from '../../../kernel/clock.js';
import { readOperation, type ChainOperation } from '../../../platform/chain/index.js';
import { UnitOfWork, type Tx } from '../../../platform/database/index.js';
import { EntriesRepository } from './entries.repository.js';
import { EscrowCalls, entryOfOperation, releaseOperation } from './escrow.calls.js';
import { ESCROW_CHAINS, type EscrowChain, type EscrowChains } from './escrow.chain.js';
import { ReleasesRepository } from './releases.repository.js';

const ENTRIES_PER_PASS = 100;
/** Payments in one transaction: about 1.5 million gas. */
const BATCH_MAX = 100;
const REASON_MAX = 200;

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
      const due = await this.unitOfWork.run((tx) => this.releases.unpaidEntries(tx, mode, ENTRIES_PER_PASS));
      for (const entry of due) await this.unitOfWork.run((tx) => this.pay(tx, chain, entry.id));
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
    if (!entry || !first || (await readOperation(tx, releaseOperation(first)))) return;
    const batch = more.length === 0 ? null : await this.releases.batch(tx, id, [first, ...more], this.clock.now());
    const rows = batch ? [first, ...more].filter(({ seq }) => seq <= batch.last_seq) : [first];
    const signature = batch ? batch.signature : first.signature;
    if (signature) await this.calls.release(tx, chain, entry, rows, signature);
    // Without one the releaser has yet to sign the batch; the next pass sends it.
  }

  private async close(tx: Tx, chain: EscrowChain, id: Hex): Promise<void> {
    const entry = await this.entries.lock(tx, id);
    if (entry?.state === 'closing' && entry.closed_by === null) await this.calls.close(tx, chain, entry);
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
