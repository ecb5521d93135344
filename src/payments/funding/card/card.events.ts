import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { StripeInbox, type EventHandler } from '../../stripe/inbox.js';
import type { InboxEvent } from '../../stripe/inbox.repository.js';
import { CardDisputes } from './disputes.service.js';
import { CardRefunds, idOf } from './refunds.service.js';
import { INTENT_PARTS, TopUpPayments } from './top-up.payments.js';

/** Which events of Stripe are about card money coming in, and what is asked of Stripe when one arrives. */
export const CARD_EVENTS = {
  payment_intent: [
    'payment_intent.succeeded',
    'payment_intent.payment_failed',
    'payment_intent.canceled',
    'payment_intent.processing',
    'payment_intent.requires_action',
  ],
  charge: ['charge.succeeded', 'charge.updated', 'charge.failed'],
  refund: ['refund.created', 'refund.updated', 'refund.failed'],
  charge_refunds: ['charge.refunded'],
  dispute: [
    'charge.dispute.created',
    'charge.dispute.updated',
    'charge.dispute.closed',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
  ],
  warning: ['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated'],
} as const;

const REFUNDS_MAX = 100;

/** Joins the inbox with what takes the objects. */
@Injectable()
export class CardEvents {
  constructor(
    inbox: StripeInbox,
    private readonly payments: TopUpPayments,
    refunds: CardRefunds,
    disputes: CardDisputes,
  ) {
    const { payment_intent, charge, refund, charge_refunds, dispute, warning } = CARD_EVENTS;
    inbox.on(payment_intent, {
      fetch: async (stripe, event) => (isOurs(event) ? intentOf(stripe, event.object_id) : null),
      apply: (tx, mode, intent) => payments.apply(tx, mode, intent),
    });
    inbox.on(
      charge,
      this.about(
        (stripe, id) => stripe.charges.retrieve(id),
        async () => undefined,
      ),
    );
    inbox.on(
      refund,
      this.about(
        (stripe, id) => stripe.refunds.retrieve(id),
        (tx, mode, object) => refunds.apply(tx, mode, object),
      ),
    );
    inbox.on(
      dispute,
      this.about(
        (stripe, id) => stripe.disputes.retrieve(id),
        (tx, mode, object) => disputes.take(tx, mode, object),
      ),
    );
    inbox.on(
      warning,
      this.about(
        (stripe, id) => stripe.radar.earlyFraudWarnings.retrieve(id),
        (tx, mode, object) => disputes.warn(tx, mode, object),
      ),
    );
    inbox.on(
      charge_refunds,
      this.about(refundsOf, async (tx, mode, { data }) => {
        for (const object of data) await refunds.apply(tx, mode, object);
      }),
    );
  }

  /** What happens to a payment may be told before the payment: so that is asked for too, and taken first. */
  private about<O extends About>(
    fetch: (stripe: Stripe, id: string) => Promise<O>,
    apply: (tx: Tx, mode: Mode, object: O) => Promise<void>,
  ): EventHandler<{ object: O; intent: Stripe.PaymentIntent }> {
    return {
      fetch: async (stripe, event) => {
        if (!isOurs(event)) return null;
        const object = await fetch(stripe, event.object_id);
        const id = idOf(object.payment_intent);
        return id === null ? null : { object, intent: await intentOf(stripe, id) };
      },
      apply: async (tx, mode, { object, intent }) => {
        await this.payments.apply(tx, mode, intent);
        await apply(tx, mode, object);
      },
    };
  }
}

/** Of a thing that our own account has: what happens on a contributor's, such as its payment, is not found with us. */
const isOurs = (event: InboxEvent): event is InboxEvent & { readonly object_id: string } =>
  event.account === null && event.object_id !== null;

type About = { readonly payment_intent?: string | Stripe.PaymentIntent | null };

const intentOf = (stripe: Stripe, id: string) => stripe.paymentIntents.retrieve(id, { expand: INTENT_PARTS });

async function refundsOf(stripe: Stripe, charge: string) {
  const [{ payment_intent }, { data }] = await Promise.all([
    stripe.charges.retrieve(charge),
    stripe.refunds.list({ charge, limit: REFUNDS_MAX }),
  ]);
  return { payment_intent, data };
}
