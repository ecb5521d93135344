import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/outbox/index.js';
import { microsOf } from '../../stripe/cents.js';
import { CardBooks } from './card.books.js';
import { CardFreezes } from './card.freezes.js';
import { CardDisputesRepository } from './disputes.repository.js';
import { CardRefunds, idOf } from './refunds.service.js';
import type { CardDisputeRow, TopUpRow } from './top-up.entity.js';
import { TopUpsRepository } from './top-ups.repository.js';

const ENDED: readonly Stripe.Dispute.Status[] = ['won', 'lost', 'warning_closed', 'prevented'];

/** What cardholders' banks take back, and what they warn of. Each method takes what Stripe shows, in any order, any number of times. */
@Injectable()
export class CardDisputes {
  constructor(
    private readonly topUps: TopUpsRepository,
    private readonly disputes: CardDisputesRepository,
    private readonly refunds: CardRefunds,
    private readonly freezes: CardFreezes,
    private readonly books: CardBooks,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Freezes the agent until the bank has decided. Money that is gone is borne by the agent first; money that comes back restores exactly that.
   * Sums are what the dispute's balance transactions say, whatever it was said to be about: an inquiry may become a dispute about more, and a
   * bank may give back a part, or decide twice.
   */
  async take(tx: Tx, _mode: Mode, dispute: Stripe.Dispute): Promise<void> {
    const topUp = await this.topUps.lockOf(tx, idOf(dispute.charge) ?? '');
    if (!topUp) return;
    const now = this.clock.now();
    const { id, status } = dispute;
    const seen = movesOf(dispute);
    let row = await this.disputes.open(tx, id, topUp, microsOf(dispute.amount), now);
    await this.freezes.freeze(tx, { id, agent_id: topUp.agent_id, top_up_id: topUp.id, cause: 'dispute' }, now);
    row = await this.bookFee(tx, topUp, row, seen.fee);
    if (seen.taken > row.taken) row = await this.withdraw(tx, topUp, row, seen.taken);
    if (seen.returned > row.returned) row = await this.giveBack(tx, topUp, row, seen.returned);
    row = { ...row, amount: most(microsOf(dispute.amount), row.taken - row.returned) };
    await this.disputes.save(tx, row);
    const isOld = seen.taken < row.taken || seen.returned < row.returned;
    // A won dispute whose money is not back yet is told again when it is.
    if (isOld || !ENDED.includes(status) || (status === 'won' && row.taken > 0n && row.returned === 0n)) return;
    await this.end(tx, topUp, row, status);
  }

  /** A bank says that a payment may be fraud: freezes the agent and sends back what is there, which costs less than a dispute. */
  async warn(tx: Tx, _mode: Mode, warning: Stripe.Radar.EarlyFraudWarning): Promise<void> {
    const topUp = await this.topUps.lockOf(tx, idOf(warning.charge) ?? '');
    if (!topUp || !warning.actionable) return;
    const { id: top_up_id, agent_id } = topUp;
    const freeze = { id: warning.id, agent_id, top_up_id, cause: 'fraud_warning' } as const;
    await this.freezes.freeze(tx, freeze, this.clock.now());
    await this.refunds.refundFraud(tx, topUp, warning.id);
  }

  private async withdraw(tx: Tx, topUp: TopUpRow, row: CardDisputeRow, taken: bigint): Promise<CardDisputeRow> {
    const now = this.clock.now();
    const about = { cause: `${row.id}:taken:${taken}`, reference: row.id };
    const more = await this.books.takeBack(tx, topUp, taken - row.taken, about);
    await this.disputes.advance(tx, row.id, 'withdraw', now);
    await this.topUps.advance(tx, topUp.id, 'dispute', now);
    await this.freezes.freezeAgain(tx, row.id, now);
    const { id: top_up_id, agent_id, mode } = topUp;
    await this.outbox.append(tx, { type: 'top_up.disputed', top_up_id, agent_id, mode });
    const from_agent = row.from_agent + more.from_agent;
    const from_reserve = row.from_reserve + more.from_reserve;
    return { ...row, taken, from_agent, from_reserve, from_losses: row.from_losses + more.from_losses };
  }

  private async giveBack(tx: Tx, topUp: TopUpRow, row: CardDisputeRow, returned: bigint): Promise<CardDisputeRow> {
    const about = { cause: `${row.id}:returned:${returned}`, reference: row.id };
    const borne = await this.books.restore(tx, topUp, returned - row.returned, row, about);
    return { ...row, ...borne, returned };
  }

  private async bookFee(tx: Tx, topUp: TopUpRow, row: CardDisputeRow, fee: bigint): Promise<CardDisputeRow> {
    if (fee <= row.fee) return row;
    await this.books.cost(tx, topUp, `${row.id}:fee:${fee}`, row.id, fee - row.fee);
    return { ...row, fee };
  }

  /** Decided, for now: what did not come back is collected from the agent, once for each decision, and it is free. */
  private async end(tx: Tx, topUp: TopUpRow, row: CardDisputeRow, status: Stripe.Dispute.Status): Promise<void> {
    const now = this.clock.now();
    const event = status === 'lost' ? 'lose' : row.taken === 0n ? 'close' : 'win';
    if ((await this.disputes.advance(tx, row.id, event, now)) && event !== 'close') {
      await this.topUps.advance(tx, topUp.id, event, now);
      const borne = await this.books.collect(tx, topUp, `${row.id}:${event}:${row.taken}:${row.returned}`, row);
      await this.disputes.save(tx, { ...row, ...borne });
    }
    await this.freezes.lift(tx, row.id, now);
    await this.freezes.liftWarnings(tx, topUp.id, now);
  }
}

/** What its balance transactions have moved so far, in micros. A fee that comes back comes back like the rest. */
function movesOf({ balance_transactions }: Stripe.Dispute) {
  const sum = (of: (row: Stripe.BalanceTransaction) => number): bigint =>
    microsOf(balance_transactions.reduce((total, row) => total + Math.max(of(row), 0), 0));
  return {
    taken: sum(({ amount }) => -amount),
    returned: sum(({ amount }) => amount) + sum(({ fee }) => -fee),
    fee: sum(({ fee }) => fee),
  };
}

const most = (one: bigint, other: bigint): bigint => (one > other ? one : other);
