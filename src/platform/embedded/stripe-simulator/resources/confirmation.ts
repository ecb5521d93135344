import type { Stripe } from 'stripe';
import { ApiError, refused } from '../http/api-error.js';
import type { Confirmation } from '../state/tables.js';
import type { World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { charge, declinedCharge } from './charges.js';
import { attach, behaviourOf, refuseForeign, setCardFacts } from './payment-methods.js';
import { type CardBehaviour, declineMessage } from './test-cards.js';

interface Circumstances {
  readonly off_session: boolean;
  readonly return_url: string | null;
}

type Decline = NonNullable<CardBehaviour['decline']>;

const AUTHENTICATION_REQUIRED: Decline = { code: 'authentication_required', decline_code: 'authentication_required' };

/** Charges the card, or asks for its holder, or throws the bank's refusal; whatever happened is then in the intent. */
export function confirm(world: World, intent: Stripe.PaymentIntent, asked: Circumstances): Stripe.PaymentIntent {
  const method = methodToConfirm(world, intent, asked);
  const behaviour = behaviourOf(world, method);
  const facts: Confirmation = { ...asked, behaviour, payment_method: method.id };
  world.store.put('confirmations', intent.id, facts);
  if (behaviour.decline) throw declined(world, intent, method, behaviour.decline);
  if (needsHolder(world, intent, method, behaviour, asked)) {
    if (asked.off_session) throw declined(world, intent, method, AUTHENTICATION_REQUIRED);
    return waitForHolder(world, intent, asked.return_url);
  }
  return succeed(world, intent, facts);
}

/** The cardholder's answer to a 3DS challenge. Throws when none is asked. */
export function authenticate(
  world: World,
  intent: Stripe.PaymentIntent,
  holder: 'agrees' | 'fails',
): Stripe.PaymentIntent {
  if (intent.status !== 'requires_action')
    throw new Error(`${intent.id} asks for no authentication: it is ${intent.status}`);
  const facts = world.store.must('confirmations', intent.id);
  if (holder === 'agrees') return succeed(world, intent, facts);
  const code = 'payment_intent_authentication_failure';
  const message =
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod.';
  const payment_method = world.store.must('payment_methods', facts.payment_method);
  return fail(world, intent, { type: 'invalid_request_error', code, message, payment_method });
}

function methodToConfirm(world: World, intent: Stripe.PaymentIntent, asked: Circumstances): Stripe.PaymentMethod {
  if (intent.status === 'succeeded' || intent.status === 'canceled' || intent.status === 'processing') {
    const message = `You cannot confirm this PaymentIntent because it has a status of ${intent.status}.`;
    throw refused(message, 'payment_intent_unexpected_state');
  }
  if (!intent.payment_method) {
    throw refused(
      "You cannot confirm this PaymentIntent because it's missing a payment method.",
      'payment_intent_unexpected_state',
    );
  }
  if (intent.automatic_payment_methods?.allow_redirects === 'always' && asked.return_url === null) {
    throw refused(
      'This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods ' +
        "might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based " +
        'payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never`.',
    );
  }
  const method = world.store.must('payment_methods', intent.payment_method as string);
  refuseForeign(world, method, intent.customer as string | null);
  return method;
}

function needsHolder(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  behaviour: CardBehaviour,
  asked: Circumstances,
): boolean {
  if (intent.payment_method_options?.card?.request_three_d_secure !== 'automatic' && !asked.off_session) return true;
  if (behaviour.authentication === 'always') return true;
  const wasSetUp = world.store
    .all('setup_intents')
    .some((row) => row.status === 'succeeded' && row.payment_method === method.id);
  return behaviour.authentication === 'unless_set_up' && !(asked.off_session && wasSetUp);
}

function waitForHolder(world: World, intent: Stripe.PaymentIntent, return_url: string | null): Stripe.PaymentIntent {
  const url = `${world.url}/simulator/authenticate/${intent.id}`;
  const next_action: Stripe.PaymentIntent.NextAction = return_url
    ? { type: 'redirect_to_url', redirect_to_url: { return_url, url } }
    : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  const after = world.store.put('payment_intents', intent.id, { ...intent, next_action, status: 'requires_action' });
  record(world, 'payment_intent.requires_action', after);
  return after;
}

function succeed(world: World, intent: Stripe.PaymentIntent, facts: Confirmation): Stripe.PaymentIntent {
  const method = world.store.must('payment_methods', facts.payment_method);
  if (intent.customer && intent.setup_future_usage) attach(world, method, intent.customer as string);
  else if (!method.customer) setCardFacts(world, method.id, { spent: true });
  const charged = charge(world, intent, method, facts.behaviour);
  const after = world.store.put('payment_intents', intent.id, {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    latest_charge: charged.id,
    next_action: null,
    status: 'succeeded',
  });
  record(world, 'payment_intent.succeeded', after);
  return after;
}

function declined(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: Decline,
): ApiError {
  const { code, decline_code } = decline;
  const failed = declinedCharge(world, intent, method, decline);
  const message = declineMessage(decline_code);
  const error = { type: 'card_error', code, decline_code, message, charge: failed.id, payment_method: method } as const;
  const payment_intent = fail(world, { ...intent, latest_charge: failed.id }, error);
  return new ApiError(402, { ...error, payment_intent }, { keeps_changes: true });
}

function fail(
  world: World,
  intent: Stripe.PaymentIntent,
  last_payment_error: Stripe.PaymentIntent.LastPaymentError,
): Stripe.PaymentIntent {
  const after = world.store.put('payment_intents', intent.id, {
    ...intent,
    last_payment_error,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  record(world, 'payment_intent.payment_failed', after);
  return after;
}
