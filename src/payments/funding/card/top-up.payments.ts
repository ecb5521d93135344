import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { assert } from '../../../kernel/assert.js';
import { Clock } from '../../../kernel/clock.js';
import type { Tx } from '../../../platform/database/index.js';
import { Outbox } from '../../../platform/outbox/index.js';
import { centsOf, microsOf } from '../../stripe/cents.js';
import { extOpId, ExtOps, type EffectKind } from '../../stripe/ext-ops.js';
import type { ExtOp } from '../../stripe/ext-ops.repository.js';
import type { StripeFailure } from '../../stripe/stripe.problems.js';
import { CardBooks } from './card.books.js';
import { CardCustomers } from './card.customers.js';
import { CardRefunds } from './refunds.service.js';
import { failureOfIntent } from './payment-intent.failure.js';
import { TopUpsRepository } from './top-ups.repository.js';
import type { TopUpRow } from './top-up.entity.js';

const KIND = 'top_up';
const PAGE_MAX = 100;
/** What is asked for with a payment intent: the charge, and what Stripe took for it. */
export const INTENT_PARTS = ['latest_charge.balance_transaction'];

/** How a card is charged. */
export interface Charging {
  readonly customer: string;
  readonly save_payment_method: boolean;
  readonly off_session: boolean;
  readonly return_url: string | null;
}

/** The one payment intent of each top-up: asks for it, and takes what Stripe shows of it, by reply or by webhook. */
@Injectable()
export class TopUpPayments implements EffectKind<Stripe.PaymentIntent> {
  readonly kind = KIND;

  constructor(
    private readonly topUps: TopUpsRepository,
    private readonly books: CardBooks,
    private readonly customers: CardCustomers,
    private readonly refunds: CardRefunds,
    private readonly ops: ExtOps,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {
    ops.register(this);
  }

  /** Has the card charged after the commit. Repeatable. */
  async charge(tx: Tx, topUp: Pick<TopUpRow, 'id' | 'mode' | 'amount' | 'payment_method'>, how: Charging) {
    const { id, mode, amount, payment_method } = topUp;
    const op = extOpId(id, 'charge');
    const request = {
      amount: centsOf(amount),
      currency: 'usd',
      customer: how.customer,
      payment_method,
      confirm: true,
      // The other way names what Stripe took only later.
      capture_method: 'automatic',
      ...(how.off_session ? { off_session: true } : {}),
      ...(how.save_payment_method ? { setup_future_usage: 'off_session' } : {}),
      ...(how.return_url === null
        ? { automatic_payment_methods: { enabled: true, allow_redirects: 'never' } }
        : { return_url: how.return_url }),
      metadata: { ext_op_id: op, top_up_id: id },
    } satisfies Stripe.PaymentIntentCreateParams;
    await this.ops.queue(tx, { id: op, mode, kind: KIND, subject: id, request });
  }

  send(stripe: Stripe, { request }: ExtOp, idempotencyKey: string): Promise<Stripe.PaymentIntent> {
    const params = { ...request, expand: INTENT_PARTS } as unknown as Stripe.PaymentIntentCreateParams;
    return stripe.paymentIntents.create(params, { idempotencyKey });
  }

  async find(stripe: Stripe, { id, request }: ExtOp, since_s: number): Promise<Stripe.PaymentIntent | null> {
    const customer = String(request['customer']);
    const list = stripe.paymentIntents.list({ customer, created: { gte: since_s }, limit: PAGE_MAX });
    for await (const intent of list)
      if (intent.metadata['ext_op_id'] === id)
        return stripe.paymentIntents.retrieve(intent.id, { expand: INTENT_PARTS });
    return null;
  }

  /** Credits on `succeeded` only. Of payments that are not ours nothing is taken. */
  async apply(tx: Tx, _mode: Mode, intent: Stripe.PaymentIntent): Promise<void> {
    const topUp = await this.topUps.lock(tx, intent.metadata['top_up_id'] ?? '');
    if (!topUp) return;
    assert(centsOf(topUp.amount) === intent.amount, `${intent.id} is for another amount than ${topUp.id}`);
    if (intent.status === 'succeeded') return this.succeed(tx, topUp, intent);
    const known = { payment_intent: intent.id };
    if (intent.status === 'requires_action') {
      const action = {
        client_secret: intent.client_secret,
        action_url: intent.next_action?.redirect_to_url?.url ?? null,
      };
      await this.topUps.advance(tx, topUp.id, 'ask', this.clock.now(), { ...known, ...action });
    } else if (intent.status === 'processing')
      await this.topUps.advance(tx, topUp.id, 'process', this.clock.now(), known);
    else {
      const failure = failureOfIntent(intent);
      if (failure) await this.fail(tx, topUp, failure, intent.id);
    }
  }

  async refused(tx: Tx, { subject }: ExtOp, { problem, reason, payment_intent }: StripeFailure): Promise<void> {
    const topUp = await this.topUps.lock(tx, subject);
    assert(topUp, `${subject} is charged and does not exist`);
    await this.fail(tx, topUp, { problem, reason }, payment_intent);
  }

  private async succeed(tx: Tx, topUp: TopUpRow, intent: Stripe.PaymentIntent): Promise<void> {
    const charge = intent.latest_charge;
    assert(charge && typeof charge === 'object', `${intent.id} was fetched without its charge`);
    assert(intent.amount_received === intent.amount, `${intent.id} received another amount than it was for`);
    const { id } = topUp;
    const now = this.clock.now();
    if (topUp.succeeded_at !== null && topUp.payment_intent !== intent.id)
      return this.takeSecond(tx, topUp, intent.id, charge);
    const set = { payment_intent: intent.id, charge: charge.id, succeeded_at: new Date(now) };
    if (await this.topUps.advance(tx, id, 'succeed', now, set)) {
      await this.books.credit(tx, topUp, intent.id, charge.id);
      await this.tell(tx, 'top_up.succeeded', topUp);
    }
    const transaction = charge.balance_transaction;
    if (topUp.fee !== null || !transaction || typeof transaction === 'string') return;
    const fee = microsOf(transaction.fee);
    await this.books.cost(tx, topUp, intent.id, charge.id, fee);
    await this.topUps.note(tx, id, { fee });
  }

  /** One top-up was charged twice, by an effect that came after it was given up: the second is credited, and at once on its way back. */
  private async takeSecond(tx: Tx, topUp: TopUpRow, payment_intent: string, charge: Stripe.Charge): Promise<void> {
    const second = { payment_intent, charge: charge.id, top_up_id: topUp.id };
    if (await this.topUps.insertSecond(tx, second, this.clock.now())) {
      await this.books.credit(tx, topUp, payment_intent, charge.id);
      await this.refunds.refundSecond(tx, topUp, charge.id);
    }
    const transaction = charge.balance_transaction;
    if (!transaction || typeof transaction === 'string') return;
    const fee = microsOf(transaction.fee);
    if (await this.topUps.noteSecondFee(tx, payment_intent, fee))
      await this.books.cost(tx, topUp, payment_intent, charge.id, fee);
  }

  private async fail(
    tx: Tx,
    topUp: TopUpRow,
    { problem, reason }: Pick<StripeFailure, 'problem' | 'reason'>,
    intent: string | null,
  ): Promise<void> {
    const set = { failure: problem, reason, ...(intent === null ? {} : { payment_intent: intent }) };
    if (!(await this.topUps.advance(tx, topUp.id, 'fail', this.clock.now(), set))) return;
    if (topUp.is_automatic) await this.customers.stopAutomatic(tx, topUp.agent_id, problem);
    await this.tell(tx, 'top_up.failed', topUp);
  }

  private async tell(tx: Tx, type: 'top_up.succeeded' | 'top_up.failed', { id, mode, agent_id }: TopUpRow) {
    await this.outbox.append(tx, { type, top_up_id: id, agent_id, mode });
  }
}
