import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { assert } from '../../../kernel/assert.js';
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

  /** Freezes the agent until the bank has decided. Money that is gone is borne by the agent first; money that comes back restores exactly that. */
  async take(tx: Tx, _mode: Mode, dispute: Stripe.Dispute): Promise<void> {
    const topUp = await this.topUps.lockOf(tx, idOf(dispute.charge) ?? '');
    if (!topUp) return;
    const now = this.clock.now();
    const { id } = dispute;
    const row = await this.disputes.open(tx, id, topUp, microsOf(dispute.amount), now);
    await this.freezes.freeze(tx, { id, agent_id: topUp.agent_id, top_up_id: topUp.id, cause: 'dispute' }, now);
    const taken = dispute.balance_transactions.filter(({ amount }) => amount < 0);
    const back = dispute.balance_transactions.filter(({ amount }) => amount > 0);
    let borne = row;
    if (taken.length > 0) borne = await this.withdraw(tx, topUp, row, taken);
    if (back.length > 0) await this.win(tx, topUp, borne, back);
    // A won dispute whose money is not back yet is told again when it is.
    if (!ENDED.includes(dispute.status) || (dispute.status === 'won' && taken.length > 0 && back.length === 0)) return;
    if (dispute.status === 'lost') await this.lose(tx, topUp, borne);
    if (taken.length === 0) await this.disputes.advance(tx, id, 'close', now);
    await this.freezes.lift(tx, id, now);
    await this.freezes.liftWarnings(tx, topUp.id, now);
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

  private async withdraw(
    tx: Tx,
    topUp: TopUpRow,
    row: CardDisputeRow,
    taken: readonly Stripe.BalanceTransaction[],
  ): Promise<CardDisputeRow> {
    if (!(await this.disputes.advance(tx, row.id, 'withdraw', this.clock.now()))) return row;
    assert(microsOf(-sum(taken)) === row.amount, `${row.id} took another amount than it is about`);
    const shares = await this.books.takeBack(tx, topUp, row.id, row.amount);
    await this.disputes.bear(tx, row.id, shares);
    const fee = taken.reduce((total, transaction) => total + transaction.fee, 0);
    await this.books.cost(tx, topUp, row.id, row.id, microsOf(fee));
    await this.topUps.advance(tx, topUp.id, 'dispute', this.clock.now());
    const { id: top_up_id, agent_id, mode } = topUp;
    await this.outbox.append(tx, { type: 'top_up.disputed', top_up_id, agent_id, mode });
    return { ...row, ...shares };
  }

  private async win(tx: Tx, topUp: TopUpRow, row: CardDisputeRow, back: readonly Stripe.BalanceTransaction[]) {
    if (!(await this.disputes.advance(tx, row.id, 'win', this.clock.now()))) return;
    assert(microsOf(sum(back)) === row.amount, `${row.id} gave back another amount than it took`);
    await this.books.restore(tx, topUp, row.id, row);
    await this.topUps.advance(tx, topUp.id, 'win', this.clock.now());
  }

  private async lose(tx: Tx, topUp: TopUpRow, row: CardDisputeRow): Promise<void> {
    if (!(await this.disputes.advance(tx, row.id, 'lose', this.clock.now()))) return;
    await this.disputes.bear(tx, row.id, await this.books.collect(tx, topUp, row.id, row));
    await this.topUps.advance(tx, topUp.id, 'lose', this.clock.now());
  }
}

const sum = (rows: readonly Stripe.BalanceTransaction[]): number =>
  rows.reduce((total, { amount }) => total + amount, 0);
