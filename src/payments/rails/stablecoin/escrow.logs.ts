import { Injectable } from '@nestjs/common';
import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, type Hex } from 'viem';
import { Clock } from '../../../kernel/clock.js';
import {
  LedgerService,
  transferId,
  type AccountKey,
  type TransferCode,
  type TransferRequest,
} from '../../../ledger/index.js';
import type { ChainLog, Confirmations, LogHandler } from '../../../platform/chain/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/outbox/index.js';
import { accountsOf } from '../../accounts.js';
import { linked, single } from '../../linked.js';
import { EntriesRepository } from './entries.repository.js';
import type { EntryRow } from './entry.entity.js';
import { depthOf } from './escrow.calls.js';
import { ReleasesRepository } from './releases.repository.js';

type EscrowEvent = ReturnType<typeof decode>;
/** One thing that moved, from account to account. */
type Move = readonly [debit: AccountKey, credit: AccountKey, amount: bigint, code: TransferCode];

/**
 * What the escrow's logs mean for entries, releases and the ledger. Applied and reversed in the watcher's transaction; a reversal posts the
 * same moves backwards, for the ledger forgets nothing.
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
    if (entry) await this.post(tx, log, entry, await this.take(tx, log, event, entry), 'apply');
  }

  async reverse(tx: Tx, log: ChainLog): Promise<void> {
    const event = decode(log);
    const entry = await this.entryOf(tx, event);
    if (!entry) return;
    const moves = await this.giveBack(tx, log, event, entry);
    const backwards = moves.map(([debit, credit, amount]): Move => [credit, debit, amount, 'correction']);
    await this.post(tx, log, entry, backwards.toReversed(), 'reverse');
  }

  /** Changes the rows, and answers what moved. */
  private async take(tx: Tx, log: ChainLog, event: EscrowEvent, entry: EntryRow): Promise<Move[]> {
    const [now, by] = [this.clock.now(), nameOf(log)];
    switch (event.eventName) {
      case 'EntryFunded':
        await this.entries.setAmount(tx, entry.id, event.args.amount);
        await this.entries.advance(tx, entry.id, 'fund', now, { transaction: log.tx_hash, reason: null });
        await this.outbox.append(tx, { type: 'escrow.funded', bounty_id: entry.bounty_id });
        break;
      case 'CapturePaid': {
        const release = await this.releases.paying(tx, entry.id, event.args.capture);
        if (release) await this.releases.markPaid(tx, release.capture_id, by, log.tx_hash);
        await this.entries.countPaid(tx, entry.id, event.args.amount + event.args.fee);
        if (release)
          await this.outbox.append(tx, {
            type: 'capture.paid',
            capture_id: release.capture_id,
            bounty_id: entry.bounty_id,
          });
        break;
      }
      case 'EntryClosed':
      case 'EntryReclaimed':
        await this.entries.markClosed(tx, entry.id, by);
        break;
    }
    await this.endIfDone(tx, entry.id);
    return this.movesOf(tx, event, entry);
  }

  private async giveBack(tx: Tx, log: ChainLog, event: EscrowEvent, entry: EntryRow): Promise<Move[]> {
    const [now, by] = [this.clock.now(), nameOf(log)];
    const moves = await this.movesOf(tx, event, entry);
    await this.entries.advance(tx, entry.id, 'reopen', now);
    if (event.eventName === 'EntryFunded')
      await this.entries.advance(tx, entry.id, 'unfund', now, { transaction: null });
    if (event.eventName === 'CapturePaid') {
      const release = await this.releases.paying(tx, entry.id, event.args.capture);
      if (release) await this.releases.unmarkPaid(tx, release.capture_id, by);
      await this.entries.countPaid(tx, entry.id, -(event.args.amount + event.args.fee));
    }
    if (event.eventName === 'EntryClosed' || event.eventName === 'EntryReclaimed')
      await this.entries.unmarkClosed(tx, entry.id, by);
    return moves;
  }

  private async movesOf(tx: Tx, event: EscrowEvent, { mode, bounty_id, id }: EntryRow): Promise<Move[]> {
    const accounts = accountsOf(mode, 'stablecoin');
    const escrow = accounts.chain('escrow');
    switch (event.eventName) {
      case 'EntryFunded':
        return [[escrow, accounts.bounty(bounty_id), event.args.amount, 'bounty_hold']];
      case 'CapturePaid': {
        const { amount, fee, capture } = event.args;
        const payee = await this.releases.payeeOf(tx, id, capture);
        return [
          [accounts.payable(payee), escrow, amount, 'payout'],
          [accounts.chain('fee_address'), escrow, fee, 'platform_fee'],
        ];
      }
      case 'EntryClosed':
        return [[accounts.returning(bounty_id), escrow, event.args.refunded, 'bounty_refund']];
      default:
        return [];
    }
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

const decode = ({ topics, data }: ChainLog) =>
  decodeEventLog({ abi: bountyEscrowAbi, topics: topics as [Hex, ...Hex[]], data });

const nameOf = ({ block_hash, log_index }: ChainLog): string => `${block_hash}:${log_index}`;
