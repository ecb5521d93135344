import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch, refused } from '../http/api-error.js';
import {
  clearable,
  expand,
  flag,
  integer,
  metadata,
  paging,
  range,
  type RulesFor,
  text,
  usd,
} from '../http/parameters.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { confirm } from './confirmation.js';
import { customer } from './customers.js';
import { page, within } from './list.js';
import { mergedMetadata } from './metadata.js';
import { refuseForeign, usable } from './payment-methods.js';

const AMOUNT_MIN_CENTS = 50;
const AMOUNT_MAX_CENTS = 99_999_999;

const options = z.strictObject({
  card: z.strictObject({ request_three_d_secure: z.enum(['any', 'automatic', 'challenge']).optional() }).optional(),
});
const createRules = z.strictObject({
  amount: integer,
  currency: usd,
  allowed_payment_method_types: z.array(z.literal('card')).min(1).optional(),
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  capture_method: z.enum(['automatic', 'automatic_async']).optional(),
  confirm: flag.optional(),
  customer: text.optional(),
  description: text.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
  off_session: flag.optional(),
  payment_method: text.optional(),
  payment_method_options: options.optional(),
  receipt_email: text.optional(),
  return_url: text.optional(),
  setup_future_usage: z.enum(['off_session', 'on_session']).optional(),
  statement_descriptor_suffix: text.optional(),
  transfer_group: text.optional(),
} satisfies RulesFor<Stripe.PaymentIntentCreateParams>);
const updateRules = z.strictObject({
  description: clearable.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
  payment_method: text.optional(),
} satisfies RulesFor<Stripe.PaymentIntentUpdateParams>);
const confirmRules = z.strictObject({
  expand: expand.optional(),
  off_session: flag.optional(),
  payment_method: text.optional(),
  return_url: text.optional(),
} satisfies RulesFor<Stripe.PaymentIntentConfirmParams>);
const cancelRules = z.strictObject({
  cancellation_reason: z.enum(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  expand: expand.optional(),
} satisfies RulesFor<Stripe.PaymentIntentCancelParams>);
const retrieveRules = z.strictObject({ expand: expand.optional() });
const listRules = z.strictObject({
  ...paging,
  created: range.optional(),
  customer: text.optional(),
} satisfies RulesFor<Stripe.PaymentIntentListParams>);

export const PAYMENT_INTENTS = [
  endpoint('POST', '/v1/payment_intents', createRules, create),
  endpoint('GET', '/v1/payment_intents', listRules, list),
  endpoint('GET', '/v1/payment_intents/:id', retrieveRules, (call) => paymentIntent(call.world, idOf(call))),
  endpoint('POST', '/v1/payment_intents/:id', updateRules, update),
  endpoint('POST', '/v1/payment_intents/:id/confirm', confirmRules, confirmAsked),
  endpoint('POST', '/v1/payment_intents/:id/cancel', cancelRules, cancel),
];

export function paymentIntent(world: World, id: string): Stripe.PaymentIntent {
  const found = world.store.get('payment_intents', id);
  if (!found) throw noSuch('payment_intent', id, 'id');
  return found;
}

function create({ world, parameters }: Call<z.output<typeof createRules>>): Stripe.PaymentIntent {
  const { amount } = parameters;
  if (amount < AMOUNT_MIN_CENTS) throw refused('Amount must be at least $0.50 usd', 'amount_too_small', 'amount');
  if (amount > AMOUNT_MAX_CENTS) throw refused('Amount must be no more than $999,999.99', 'amount_too_large', 'amount');
  if (parameters.off_session !== undefined && !parameters.confirm) {
    throw refused('off_session can only be used with confirm=true', undefined, 'off_session');
  }
  if (parameters.return_url !== undefined && !parameters.confirm) {
    throw refused('return_url can only be used with confirm=true', undefined, 'return_url');
  }
  if (parameters.customer) customer(world, parameters.customer, 'customer');
  const method = parameters.payment_method ? usable(world, parameters.payment_method) : null;
  if (method) refuseForeign(world, method, parameters.customer ?? null);
  const intent = draft(world, parameters, method?.id ?? null);
  world.store.put('payment_intents', intent.id, intent);
  record(world, 'payment_intent.created', intent);
  if (!parameters.confirm) return intent;
  return confirm(world, intent, {
    off_session: parameters.off_session ?? false,
    return_url: parameters.return_url ?? null,
  });
}

function draft(world: World, parameters: z.output<typeof createRules>, method: string | null): Stripe.PaymentIntent {
  const id = newId(world, 'pi');
  const types = parameters.allowed_payment_method_types ?? null;
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: types,
    amount: parameters.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: types ? null : automatic(parameters.automatic_payment_methods),
    canceled_at: null,
    cancellation_reason: null,
    capture_method: parameters.capture_method ?? 'automatic_async',
    client_secret: `${id}_secret_${newId(world, 'x').slice(2)}`,
    confirmation_method: 'automatic',
    created: now_s(world),
    currency: 'usd',
    customer: parameters.customer ?? null,
    customer_account: null,
    description: parameters.description ?? null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: mergedMetadata({}, parameters.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: method,
    payment_method_configuration_details: null,
    payment_method_options: { card: cardOptions(parameters) },
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: parameters.receipt_email ?? null,
    review: null,
    setup_future_usage: parameters.setup_future_usage ?? null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: parameters.statement_descriptor_suffix ?? null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    transfer_data: null,
    transfer_group: parameters.transfer_group ?? null,
  };
}

function automatic(asked: { enabled: boolean; allow_redirects?: 'always' | 'never' } | undefined) {
  return { enabled: asked?.enabled ?? true, allow_redirects: asked?.allow_redirects ?? ('always' as const) };
}

function cardOptions(parameters: z.output<typeof createRules>): Stripe.PaymentIntent.PaymentMethodOptions.Card {
  return {
    installments: null,
    mandate_options: null,
    network: null,
    request_three_d_secure: parameters.payment_method_options?.card?.request_three_d_secure ?? 'automatic',
  };
}

function update(call: Call<z.output<typeof updateRules>>): Stripe.PaymentIntent {
  const { world, parameters } = call;
  const before = paymentIntent(world, idOf(call));
  const { description } = parameters;
  const after = {
    ...withMethod(world, before, parameters.payment_method),
    ...(description === undefined ? {} : { description: description || null }),
    metadata: mergedMetadata(before.metadata, parameters.metadata),
  };
  return world.store.put('payment_intents', before.id, after);
}

function confirmAsked(call: Call<z.output<typeof confirmRules>>): Stripe.PaymentIntent {
  const { world, parameters } = call;
  const intent = withMethod(world, paymentIntent(world, idOf(call)), parameters.payment_method);
  world.store.put('payment_intents', intent.id, intent);
  return confirm(world, intent, {
    off_session: parameters.off_session ?? false,
    return_url: parameters.return_url ?? null,
  });
}

function withMethod(world: World, intent: Stripe.PaymentIntent, asked: string | undefined): Stripe.PaymentIntent {
  if (asked === undefined) return intent;
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedState(intent, 'change the payment method of');
  }
  const method = usable(world, asked);
  refuseForeign(world, method, intent.customer as string | null);
  return { ...intent, payment_method: method.id, status: 'requires_confirmation', next_action: null };
}

function cancel(call: Call<z.output<typeof cancelRules>>): Stripe.PaymentIntent {
  const { world, parameters } = call;
  const before = paymentIntent(world, idOf(call));
  if (before.status === 'succeeded' || before.status === 'canceled') throw unexpectedState(before, 'cancel');
  const after = world.store.put('payment_intents', before.id, {
    ...before,
    canceled_at: now_s(world),
    cancellation_reason: parameters.cancellation_reason ?? null,
    next_action: null,
    status: 'canceled',
  });
  record(world, 'payment_intent.canceled', after);
  return after;
}

function unexpectedState(intent: Stripe.PaymentIntent, doing: string): Error {
  const message = `You cannot ${doing} this PaymentIntent because it has a status of ${intent.status}.`;
  return refused(message, 'payment_intent_unexpected_state');
}

function list({ world, parameters, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.PaymentIntent> {
  const { created, customer: asked } = parameters;
  const rows = world.store.all('payment_intents').filter((row) => within(created, row.created));
  return page(asked ? rows.filter((row) => row.customer === asked) : rows, parameters, path);
}
