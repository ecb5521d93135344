import { Injectable } from '@nestjs/common';
import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, type Hex } from 'viem';
import { Clock } from '../../../kernel/clock.js';
import { LedgerService } from '../../../ledger/index.js';
import type { ChainLog, Confirmations, LogHandler } from '../../../platform/chain/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/outbox/index.js';
import { EntriesRepository } from './entries.repository.js';
import { AwardsRepository } from './distributor/awards.repository.js';
import { intoDistributor, outOfDistributor } from './distributor/distributor.books.js';
import type { EntryRow, ReleaseRow } from './entry.entity.js';
import { accountsOfEntry, cameIn, wentOut, type Move } from './escrow.books.js';
import { depthOf } from './escrow.calls.js';
import { nameOf, postMoves } from './log.moves.js';
import { ReleasesRepository } from './releases.repository.js';

type EscrowEvent = ReturnType<typeof decode>;

/** One capture's pay, or the sum for the Distributor of those that a root commits to. */
interface Payment {
  readonly capture: Hex | null;
  readonly captures_root: Hex | null;
  /** Null for a sum: those go to the Distributor. */
  readonly to: Hex | null;
  readonly amount: bigint;
  readonly fee: bigint;
}

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
    private readonly awards: AwardsRepository,
    private readonly ledger: LedgerService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  depthOf(log: ChainLog): Confirmations {
    const event = decode(log);
    if (event.eventName === 'EntryFunded') return depthOf(event.args.amount);
    if (event.eventName === 'CapturePaid') return depthOf(event.args.amount + event.args.fee);
    if (event.eventName === 'PoolPaid') return depthOf(event.args.total + event.args.fee);
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
    await postMoves(tx, this.ledger, log, 'apply', entry.bounty_id, moves);
  }

  async reverse(tx: Tx, log: ChainLog): Promise<void> {
    const event = decode(log);
    const entry = await this.entryOf(tx, event);
    if (!entry) return;
    const moves = await this.giveBack(tx, log, event, entry);
    await postMoves(tx, this.ledger, log, 'reverse', entry.bounty_id, moves);
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
      case 'PoolPaid':
        return this.takePayment(tx, log, paidBy(event), entry);
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
    const releases = await this.ordered(tx, entry, payment);
    if (releases.length === 0 || releases.some(({ paid_by }) => paid_by !== null)) return unordered(entry, payment);
    for (const release of releases) {
      const { capture_id } = release;
      await this.releases.markPaid(tx, capture_id, nameOf(log), log.tx_hash);
      if (release.pay_for !== null)
        await this.awards.add(tx, awardOf(entry, release, release.pay_for), this.clock.now());
      await this.outbox.append(tx, { type: 'capture.paid', capture_id, bounty_id: entry.bounty_id });
    }
    await this.entries.countPaid(tx, entry.id, payment.amount + payment.fee);
    const { escrow, fee_address } = accountsOfEntry(entry);
    const fee: Move = [fee_address, escrow, payment.fee, 'platform_fee'];
    if (!isPooled(releases)) return [...(await this.toWallet(tx, entry, payment)), fee];
    const share = { account: escrow, amount: payment.amount };
    return [...(await intoDistributor(tx, this.ledger, entry.mode, [share], 'payout')), fee];
  }

  /** As `takePayment`, taken back. */
  private async giveBackPayment(tx: Tx, log: ChainLog, payment: Payment, entry: EntryRow): Promise<Move[]> {
    const releases = await this.ordered(tx, entry, payment);
    if (!releases.some(({ paid_by }) => paid_by === nameOf(log))) return this.unorderedBack(tx, entry, payment);
    await this.entries.advance(tx, entry.id, 'reopen', this.clock.now());
    for (const { capture_id, pay_for } of releases) {
      await this.releases.unmarkPaid(tx, capture_id, nameOf(log));
      if (pay_for !== null) await this.awards.uncover(tx, capture_id);
    }
    await this.entries.countPaid(tx, entry.id, -(payment.amount + payment.fee));
    const { escrow, fee_address } = accountsOfEntry(entry);
    const fee: Move = [escrow, fee_address, payment.fee, 'correction'];
    if (!isPooled(releases)) return [fee, ...backwards(await this.toWallet(tx, entry, payment))];
    const share = { account: escrow, amount: payment.amount };
    return [fee, ...(await outOfDistributor(tx, this.ledger, entry.mode, [share], 'correction'))];
  }

  /**
   * The releases that a payment pays: one, or those of a sum. None when no release of ours asked for it, or for this sum to this payee: who has
   * stolen the releaser's key can name our captures too, and what it paid elsewhere nobody here was paid.
   */
  private async ordered(tx: Tx, entry: EntryRow, payment: Payment): Promise<ReleaseRow[]> {
    const { capture, captures_root, to } = payment;
    if (captures_root !== null) {
      const releases = await this.releases.pooled(tx, entry.id, captures_root);
      return isExactly(payment, releases) ? releases : [];
    }
    const release = capture && (await this.releases.paying(tx, entry.id, capture));
    return release && release.pay_to === to && isExactly(payment, [release]) ? [release] : [];
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
      case 'CapturePaid':
      case 'PoolPaid':
        return this.giveBackPayment(tx, log, paidBy(event), entry);
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
  private async unorderedBack(tx: Tx, entry: EntryRow, { amount, fee }: Payment): Promise<Move[]> {
    const { escrow, fee_address } = accountsOfEntry(entry);
    return [[escrow, fee_address, fee, 'correction'], ...(await cameIn(tx, this.ledger, entry, amount, 'correction'))];
  }

  /** The contributor has what it was owed. */
  private async toWallet(tx: Tx, entry: EntryRow, { capture, amount }: Payment): Promise<Move[]> {
    const { escrow, payable } = accountsOfEntry(entry);
    return [[payable(await this.releases.payeeOf(tx, entry.id, capture!)), escrow, amount, 'payout']];
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
function unordered(entry: EntryRow, { amount, fee }: Payment): Move[] {
  const { escrow, fee_address, losses } = accountsOfEntry(entry);
  return [
    [losses, escrow, amount, 'loss_cover'],
    [fee_address, escrow, fee, 'platform_fee'],
  ];
}

function paidBy(event: Extract<EscrowEvent, { eventName: 'CapturePaid' | 'PoolPaid' }>): Payment {
  if (event.eventName === 'CapturePaid') {
    const { capture, to, amount, fee } = event.args;
    return { capture, captures_root: null, to: to.toLowerCase() as Hex, amount, fee };
  }
  const { capturesRoot, total, fee } = event.args;
  return { capture: null, captures_root: capturesRoot, to: null, amount: total, fee };
}

const isExactly = ({ amount, fee }: Payment, releases: readonly ReleaseRow[]): boolean =>
  amount === sum(releases.map((release) => release.amount)) && fee === sum(releases.map((release) => release.fee));

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

const isPooled = ([first]: readonly ReleaseRow[]): boolean => first?.pay_for != null;

const awardOf = ({ mode, terms }: EntryRow, { capture_id, amount }: ReleaseRow, account: Hex) => ({
  capture_id,
  mode,
  distributor: terms.distributor,
  account,
  amount,
});

const backwards = (moves: readonly Move[]): Move[] =>
  moves.map(([debit, credit, amount]): Move => [credit, debit, amount, 'correction']).toReversed();

const decode = ({ topics, data }: ChainLog) =>
  decodeEventLog({ abi: bountyEscrowAbi, topics: topics as [Hex, ...Hex[]], data });
