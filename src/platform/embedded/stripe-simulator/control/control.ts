import type { Stripe } from 'stripe';
import type { Fault, Faults } from '../http/faults.js';
import type { Meanwhile, Moment } from '../http/meanwhile.js';
import { type Audit, audit } from '../money/audit.js';
import { authenticate } from '../resources/confirmation.js';
import { decideDispute, dispute, escalateInquiry, openDispute, reverseDecision } from '../resources/disputes.js';
import { warnOfFraud } from '../resources/early-fraud-warnings.js';
import { arrive, failPayout } from '../resources/payout-life.js';
import { completeRefund, failRefund, refund } from '../resources/refunds.js';
import { authenticateSetup } from '../resources/setup-intents.js';
import type { World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import type { Webhooks } from '../webhooks/webhooks.js';
import { type AccountControl, accountControl } from './accounts.js';

/** What in the real world other people do: cardholders, banks, Stripe's reviewers, the network. Ids that do not fit throw. */
export interface StripeSimulatorControl {
  /** Does what is due by the clock: money becomes available, payouts leave and arrive. Requests do it too. Repeatable. */
  tick(): void;
  /** Makes coming requests go wrong. */
  fail(fault: Fault): void;
  /** Does `work`, such as a dispute, when a coming request has been answered: the world goes on while somebody reads page after page. */
  after(moment: Moment, work: () => void): void;
  /** Forgets faults that have not struck, and what waits for requests. */
  clearFaults(): void;
  /** Lets requests on hold go on. */
  release(): void;
  /** The cardholder's answer to 3DS, for a payment intent or a setup intent that `requires_action`. */
  authenticate(id: string, holder: 'agrees' | 'fails'): void;
  readonly refunds: {
    /** The bank took a pending refund. */
    complete(id: string): Stripe.Refund;
    /** The bank sends the money back, also after `succeeded`. Default reason `lost_or_stolen_card`. */
    fail(id: string, reason?: string): Stripe.Refund;
  };
  readonly disputes: {
    /** The cardholder disputes a charge; amount in cents, default all that was not refunded. */
    open(
      charge: string,
      how?: { reason?: 'fraudulent' | 'product_not_received' | 'inquiry'; amount?: number },
    ): Stripe.Dispute;
    /** Won money comes back; `returned` cents of it when the bank keeps a part. */
    decide(id: string, decision: 'won' | 'lost', returned?: number): Stripe.Dispute;
    /** An inquiry, also a closed one, becomes a dispute about `amount` cents; default what was asked about. */
    escalate(id: string, amount?: number): Stripe.Dispute;
    /** The bank decides a decided dispute the other way. */
    reverse(id: string): Stripe.Dispute;
  };
  /** The card's bank suspects fraud. */
  warnOfFraud(charge: string): Stripe.Radar.EarlyFraudWarning;
  readonly accounts: AccountControl;
  readonly payouts: {
    /** The money arrives now, whatever the clock says. */
    arrive(id: string): Stripe.Payout;
    /** The bank refuses it, or returns it after `paid`. Default code `account_closed`. */
    fail(id: string, code?: string): Stripe.Payout;
  };
  /** An event about something the simulator has no objects for, such as `review.opened`. Returns its id. */
  emit(type: string, object: object, account?: string): string;
  readonly webhooks: Webhooks;
  /** Whether the books balance to the cent, and what they say. Changes nothing. */
  audit(): Audit;
}

export interface ControlParts {
  readonly world: World;
  readonly faults: Faults;
  readonly meanwhile: Meanwhile;
  readonly webhooks: Webhooks;
  readonly tick: () => void;
  readonly release: () => void;
  /** Runs a change as one transaction and lets the webhooks know. */
  readonly change: <T>(work: () => T) => T;
}

export function control({
  world,
  faults,
  meanwhile,
  webhooks,
  tick,
  release,
  change,
}: ControlParts): StripeSimulatorControl {
  const { store } = world;
  return {
    tick,
    fail: (fault) => faults.add(fault),
    after: (moment, work) => meanwhile.add(moment, work),
    clearFaults: () => {
      faults.clear();
      meanwhile.clear();
    },
    release,
    authenticate: (id, holder) =>
      change(() => {
        const payment = store.get('payment_intents', id);
        if (payment) authenticate(world, payment, holder);
        else authenticateSetup(world, store.must('setup_intents', id), holder);
      }),
    refunds: {
      complete: (id) => change(() => completeRefund(world, refund(world, id))),
      fail: (id, reason = 'lost_or_stolen_card') => change(() => failRefund(world, refund(world, id), reason)),
    },
    disputes: {
      open: (charge, { reason = 'fraudulent', amount } = {}) =>
        change(() => openDispute(world, charge, { reason, amount })),
      decide: (id, decision, returned) => change(() => decideDispute(world, dispute(world, id), decision, returned)),
      escalate: (id, amount) =>
        change(() => escalateInquiry(world, dispute(world, id), amount ?? dispute(world, id).amount)),
      reverse: (id) => change(() => reverseDecision(world, dispute(world, id))),
    },
    warnOfFraud: (charge) => change(() => warnOfFraud(world, charge)),
    accounts: accountControl(world, change),
    payouts: {
      arrive: (id) => change(() => arrive(world, store.must('payouts', id))),
      fail: (id, code = 'account_closed') => change(() => failPayout(world, store.must('payouts', id), code)),
    },
    emit: (type, object, account) => change(() => record(world, type, object, { owner: account }).id),
    webhooks,
    audit: () => audit(world),
  };
}
