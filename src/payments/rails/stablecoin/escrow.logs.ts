import { Injectable } from '@nestjs/common';
import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, type Hex } from 'viem';
import { Clock } from '../../../kernel/clock.js';
import { LedgerService, transferId, type TransferRequest } from '../../../ledger/index.js';
import type { ChainLog, Confirmations, LogHandler } from '../../../platform/chain/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/outbox/index.js';
import { linked, single } from '../../linked.js';
import { EntriesRepository } from './entries.repository.js';
import type { EntryRow } from './entry.entity.js';
import { accountsOfEntry, cameIn, wentOut, type Move } from './escrow.books.js';
import { depthOf } from './escrow.calls.js';
import { ReleasesRepository } from './releases.repository.js';

type EscrowEvent = ReturnType<typeof decode>;
type Payment = Extract<EscrowEvent, { eventName: 'CapturePaid' }>['args'];

const ABANDONED = 'the chain abandoned the block that had funded it';

/**
 * What the escrow's logs mean for entries, releases and the ledger. Applied and reversed in the watcher's transaction; a reversal posts
 * corrections, for the ledger forgets nothing. Nothing that a chain can say may make either throw: one log that cannot be taken holds up
 * those of every entry.
 */
@Injectable()
export class EscrowLogs implements LogHandler {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly releases: ReleasesRepository,
    private readonly ledger: LedgerService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  depthOf(log: ChainLog): Confirmations {
    const event = decode(log);
    if (event.eventName === 'EntryFunded') return depthOf(event.args.amount);
    if (event.eventName === 'CapturePaid') return depthOf(event.args.amount + event.args.fee);
    return event.eventName === 'EntryClosed' || event.eventName === 'EntryReclaimed' ? 'finalized' : 'latest+1';
  }

  /** Logs of one entry are applied in the chain's order. */
  subjectOf(log: ChainLog): string | null {
    return log.topics[1] ?? null;
  }

  async apply(tx: Tx, log: ChainLog): Promise<void> {
    const event = decode(log);
    const entry = await this.entryOf(tx, event);
    if (!entry) return;
    const moves = await this.take(tx, log, event, entry);
    await this.endIfDone(tx, entry.id);
    await this.post(tx, log, entry, moves, 'apply');
  }

  async reverse(tx: Tx, log: ChainLog): Promise<void> {
    const event = decode(log);
    const entry = await this.entryOf(tx, event);
    if (entry) await this.post(tx, log, entry, await this.giveBack(tx, log, event, entry), 'reverse');
  }

  /** Changes the rows, and answers what moved. */
  private async take(tx: Tx, log: ChainLog, event: EscrowEvent, entry: EntryRow): Promise<Move[]> {
    const now = this.clock.now();
    switch (event.eventName) {
      case 'EntryFunded':
        await this.entries.setAmount(tx, entry.id, event.args.amount);
        await this.entries.advance(tx, entry.id, 'fund', now, { transaction: log.tx_hash, reason: null });
        await this.outbox.append(tx, { type: 'escrow.funded', bounty_id: entry.bounty_id });
        return cameIn(tx, this.ledger, entry, event.args.amount, 'bounty_hold');
      case 'EntryToppedUp':
        await this.entries.setAmount(tx, entry.id, event.args.funded);
        return cameIn(tx, this.ledger, entry, event.args.amount, 'bounty_hold');
      case 'CapturePaid':
        return this.takePayment(tx, log, event.args, entry);
      case 'PoolPaid':
        return unordered(entry, event.args.total, event.args.fee);
      case 'EntryClosed':
        await this.entries.markClosed(tx, entry.id, nameOf(log));
        return wentOut(tx, this.ledger, entry, event.args.refunded, 'bounty_refund');
      case 'EntryReclaimed':
        await this.entries.markClosed(tx, entry.id, nameOf(log));
        await this.entries.advance(tx, entry.id, 'reclaim', now);
        return wentOut(tx, this.ledger, entry, event.args.refunded, 'bounty_refund');
      default:
        return [];
    }
  }

  private async takePayment(tx: Tx, log: ChainLog, payment: Payment, entry: EntryRow): Promise<Move[]> {
    const { capture, amount, fee } = payment;
    const release = await this.releases.paying(tx, entry.id, capture);
    if (!release || release.paid_by !== null) return unordered(entry, amount, fee);
    const { capture_id } = release;
    await this.releases.markPaid(tx, capture_id, nameOf(log), log.tx_hash);
    await this.entries.countPaid(tx, entry.id, amount + fee);
    await this.outbox.append(tx, { type: 'capture.paid', capture_id, bounty_id: entry.bounty_id });
    return this.payment(tx, payment, entry);
  }

  /** Changes the rows back, and answers what moves backwards. */
  private async giveBack(tx: Tx, log: ChainLog, event: EscrowEvent, entry: EntryRow): Promise<Move[]> {
    const now = this.clock.now();
    switch (event.eventName) {
      case 'EntryFunded':
        await this.entries.advance(tx, entry.id, 'unfund', now, { transaction: null, reason: ABANDONED });
        return wentOut(tx, this.ledger, entry, event.args.amount, 'correction');
      case 'EntryToppedUp':
        await this.entries.setAmount(tx, entry.id, event.args.funded - event.args.amount);
        return wentOut(tx, this.ledger, entry, event.args.amount, 'correction');
      case 'CapturePaid': {
        const { capture, amount, fee } = event.args;
        const release = await this.releases.paying(tx, entry.id, capture);
        if (release?.paid_by !== nameOf(log)) return this.unorderedBack(tx, entry, amount, fee);
        await this.entries.advance(tx, entry.id, 'reopen', now);
        await this.releases.unmarkPaid(tx, release.capture_id, nameOf(log));
        await this.entries.countPaid(tx, entry.id, -(amount + fee));
        return backwards(await this.payment(tx, event.args, entry));
      }
      case 'PoolPaid':
        return this.unorderedBack(tx, entry, event.args.total, event.args.fee);
      case 'EntryClosed':
      case 'EntryReclaimed':
        await this.entries.advance(tx, entry.id, entry.owed_total === null ? 'restore' : 'reopen', now);
        await this.entries.unmarkClosed(tx, entry.id, nameOf(log));
        return cameIn(tx, this.ledger, entry, event.args.refunded, 'correction');
      default:
        return [];
    }
  }

  /** As `unordered`, taken back: what it took may have been made good meanwhile. */
  private async unorderedBack(tx: Tx, entry: EntryRow, amount: bigint, fee: bigint): Promise<Move[]> {
    const { escrow, fee_address } = accountsOfEntry(entry);
    return [[escrow, fee_address, fee, 'correction'], ...(await cameIn(tx, this.ledger, entry, amount, 'correction'))];
  }

  /** What a payment that we ordered moved. */
  private async payment(tx: Tx, { capture, amount, fee }: Payment, entry: EntryRow): Promise<Move[]> {
    const { escrow, fee_address, payable } = accountsOfEntry(entry);
    const payee = await this.releases.payeeOf(tx, entry.id, capture);
    return [
      [payable(payee), escrow, amount, 'payout'],
      [fee_address, escrow, fee, 'platform_fee'],
    ];
  }

  private async post(tx: Tx, log: ChainLog, entry: EntryRow, moves: readonly Move[], what: string): Promise<void> {
    const moved = moves.filter(([, , amount]) => amount > 0n);
    const keys = moved.flatMap(([debit, credit]) => [debit, credit]);
    const ids = await this.ledger.accounts(tx, keys);
    const transfers = moved.map(([, , amount, code], i): TransferRequest => ({
      ...single(transferId(`${nameOf(log)}:${log.round}`, `${what}:${i}`), ids[2 * i]!, ids[2 * i + 1]!, amount),
      code,
      correlation: entry.bounty_id,
      reference: log.tx_hash,
    }));
    await this.ledger.postOrThrow(tx, linked(transfers));
  }

  /** Nothing more will come: the chain shows the end, and every release is paid. */
  private async endIfDone(tx: Tx, id: Hex): Promise<void> {
    const entry = await this.entries.lock(tx, id);
    if (entry?.state === 'closing' && entry.closed_by !== null && entry.paid === entry.ordered)
      await this.entries.advance(tx, id, 'end', this.clock.now());
  }

  /** Null for entries that are not ours: anyone may use the contract. */
  private async entryOf(tx: Tx, event: EscrowEvent): Promise<EntryRow | null> {
    return 'entry' in event.args ? this.entries.lock(tx, event.args.entry) : null;
  }
}

/** A payment that no release of ours asked for, or asked for again: the releaser's key signed what our records do not know. */
function unordered(entry: EntryRow, amount: bigint, fee: bigint): Move[] {
  const { escrow, fee_address, losses } = accountsOfEntry(entry);
  return [
    [losses, escrow, amount, 'loss_cover'],
    [fee_address, escrow, fee, 'platform_fee'],
  ];
}

const backwards = (moves: readonly Move[]): Move[] =>
  moves.map(([debit, credit, amount]): Move => [credit, debit, amount, 'correction']).toReversed();

const decode = ({ topics, data }: ChainLog) =>
  decodeEventLog({ abi: bountyEscrowAbi, topics: topics as [Hex, ...Hex[]], data });

const nameOf = ({ block_hash, log_index }: ChainLog): string => `${block_hash}:${log_index}`;
