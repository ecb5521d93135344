import { Inject, Injectable } from '@nestjs/common';
import { MODES } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock, seconds } from '../../../kernel/clock.js';
import { deriveUuid } from '../../../kernel/ids.js';
import { CONFIG, type Config } from '../../../platform/config/index.js';
import { UnitOfWork } from '../../../platform/database/index.js';
import { STRIPE, type StripeAccesses } from '../../stripe/stripe.access.js';
import { asking } from '../../stripe/stripe.problems.js';
import { INTENT_PARTS, TopUpPayments } from './top-up.payments.js';
import { TopUpsRepository } from './top-ups.repository.js';

const PAGE = 100;
const CANCELLING = { cancellation_reason: 'abandoned', expand: INTENT_PARTS } as const;

/** Gives up top-ups whose cardholder never came: the payment is cancelled at Stripe, so that nobody can approve it a week later. */
@Injectable()
export class TopUpExpiry {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly topUps: TopUpsRepository,
    private readonly payments: TopUpPayments,
    private readonly clock: Clock,
    @Inject(STRIPE) private readonly access: StripeAccesses,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Ends those that have waited too long, at most a hundred of each mode; answers how many it looked at. Any number of processes may: a
   * payment is cancelled once, and what Stripe then shows of it is taken as from a webhook.
   * @throws {DomainError} `dependency_unavailable`; the rest waits for the next pass.
   */
  async pass(): Promise<number> {
    const before = this.clock.now() - seconds(this.config.TOP_UP_ACTION_S);
    let seen = 0;
    for (const mode of MODES) {
      const stripe = this.access[mode]?.stripe;
      if (!stripe) continue;
      const waiting = await this.unitOfWork.run((tx) => this.topUps.waitingSince(tx, mode, before, PAGE));
      for (const payment of waiting) {
        const intent = await asking(this.end(stripe, payment));
        await this.unitOfWork.run((tx) => this.payments.apply(tx, mode, intent));
        seen++;
      }
    }
    return seen;
  }

  /** What its cardholder has approved or failed meanwhile stays as it is. */
  private async end(stripe: Stripe, payment: string): Promise<Stripe.PaymentIntent> {
    const intent = await stripe.paymentIntents.retrieve(payment, { expand: INTENT_PARTS });
    if (intent.status !== 'requires_action') return intent;
    return stripe.paymentIntents.cancel(payment, CANCELLING, { idempotencyKey: deriveUuid('expiry', payment) });
  }
}
