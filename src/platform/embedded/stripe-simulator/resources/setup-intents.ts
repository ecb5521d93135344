import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ApiError, noSuch, refused } from '../http/api-error.js';
import { expand, flag, metadata, type RulesFor, text } from '../http/parameters.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { customer } from './customers.js';
import { mergedMetadata } from './metadata.js';
import { attach, behaviourOf, refuseForeign, usable } from './payment-methods.js';
import { declineMessage } from './test-cards.js';

const createRules = z.strictObject({
  automatic_payment_methods: z
    .strictObject({ enabled: flag, allow_redirects: z.enum(['always', 'never']).optional() })
    .optional(),
  allowed_payment_method_types: z.array(z.literal('card')).min(1).optional(),
  confirm: flag.optional(),
  customer: text,
  description: text.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
  payment_method: text.optional(),
  return_url: text.optional(),
  usage: z.enum(['off_session', 'on_session']).optional(),
} satisfies RulesFor<Stripe.SetupIntentCreateParams>);
const confirmRules = z.strictObject({
  expand: expand.optional(),
  payment_method: text.optional(),
  return_url: text.optional(),
} satisfies RulesFor<Stripe.SetupIntentConfirmParams>);
const plainRules = z.strictObject({ expand: expand.optional() });

export const SETUP_INTENTS = [
  endpoint('POST', '/v1/setup_intents', createRules, create),
  endpoint('GET', '/v1/setup_intents/:id', plainRules, (call) => setupIntent(call.world, idOf(call))),
  endpoint('POST', '/v1/setup_intents/:id/confirm', confirmRules, confirmAsked),
  endpoint('POST', '/v1/setup_intents/:id/cancel', plainRules, cancel),
];

export function setupIntent(world: World, id: string): Stripe.SetupIntent {
  const found = world.store.get('setup_intents', id);
  if (!found) throw noSuch('setupintent', id, 'id');
  return found;
}

/** The cardholder's answer to a 3DS challenge. Throws when none is asked. */
export function authenticateSetup(
  world: World,
  intent: Stripe.SetupIntent,
  holder: 'agrees' | 'fails',
): Stripe.SetupIntent {
  if (intent.status !== 'requires_action')
    throw new Error(`${intent.id} asks for no authentication: it is ${intent.status}`);
  if (holder === 'agrees') return succeed(world, intent);
  const message = 'The latest attempt to set up the payment method has failed because authentication failed.';
  return fail(world, intent, { type: 'invalid_request_error', code: 'setup_intent_authentication_failure', message });
}

function create({ world, parameters }: Call<z.output<typeof createRules>>): Stripe.SetupIntent {
  customer(world, parameters.customer, 'customer');
  const method = parameters.payment_method ? usable(world, parameters.payment_method) : null;
  if (method) refuseForeign(world, method, parameters.customer);
  const types = parameters.allowed_payment_method_types ?? null;
  const redirects = parameters.automatic_payment_methods?.allow_redirects ?? 'always';
  const id = newId(world, 'seti');
  const made = world.store.put('setup_intents', id, {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: types,
    application: null,
    automatic_payment_methods: types ? null : { enabled: true, allow_redirects: redirects },
    cancellation_reason: null,
    client_secret: `${id}_secret_${newId(world, 'x').slice(2)}`,
    created: now_s(world),
    customer: parameters.customer,
    description: parameters.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: mergedMetadata({}, parameters.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: method?.id ?? null,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: method ? 'requires_confirmation' : 'requires_payment_method',
    usage: parameters.usage ?? 'off_session',
  });
  record(world, 'setup_intent.created', made);
  return parameters.confirm ? confirm(world, made, parameters.return_url ?? null) : made;
}

function confirmAsked(call: Call<z.output<typeof confirmRules>>): Stripe.SetupIntent {
  const { world, parameters } = call;
  const before = setupIntent(world, idOf(call));
  const method = parameters.payment_method ? usable(world, parameters.payment_method) : null;
  if (method) refuseForeign(world, method, before.customer as string);
  return confirm(world, method ? { ...before, payment_method: method.id } : before, parameters.return_url ?? null);
}

function confirm(world: World, intent: Stripe.SetupIntent, return_url: string | null): Stripe.SetupIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw refused(
      `You cannot confirm this SetupIntent because it has a status of ${intent.status}.`,
      'setup_intent_unexpected_state',
    );
  }
  if (!intent.payment_method) {
    throw refused(
      'You cannot confirm this SetupIntent because it is missing a payment method.',
      'setup_intent_unexpected_state',
    );
  }
  if (intent.automatic_payment_methods?.allow_redirects === 'always' && return_url === null) {
    throw refused('You must provide a `return_url`, or set `automatic_payment_methods[allow_redirects]` to `never`.');
  }
  const method = world.store.must('payment_methods', intent.payment_method as string);
  const { authentication, decline } = behaviourOf(world, method);
  if (decline && method.card?.last4 !== '0341') {
    const error = {
      type: 'card_error',
      ...decline,
      message: declineMessage(decline.decline_code),
      payment_method: method,
    } as const;
    const setup_intent = fail(world, intent, error);
    throw new ApiError(402, { ...error, setup_intent }, { keeps_changes: true });
  }
  if (authentication === undefined) return succeed(world, intent);
  const url = `${world.url}/simulator/authenticate/${intent.id}`;
  const next_action: Stripe.SetupIntent.NextAction = return_url
    ? { type: 'redirect_to_url', redirect_to_url: { return_url, url } }
    : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url } };
  const after = world.store.put('setup_intents', intent.id, { ...intent, next_action, status: 'requires_action' });
  record(world, 'setup_intent.requires_action', after);
  return after;
}

function succeed(world: World, intent: Stripe.SetupIntent): Stripe.SetupIntent {
  attach(world, world.store.must('payment_methods', intent.payment_method as string), intent.customer as string);
  const done = { ...intent, last_setup_error: null, next_action: null, status: 'succeeded' as const };
  const after = world.store.put('setup_intents', intent.id, done);
  record(world, 'setup_intent.succeeded', after);
  return after;
}

function fail(world: World, intent: Stripe.SetupIntent, error: Stripe.SetupIntent.LastSetupError): Stripe.SetupIntent {
  const after = world.store.put('setup_intents', intent.id, {
    ...intent,
    last_setup_error: error,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  record(world, 'setup_intent.setup_failed', after);
  return after;
}

function cancel(call: Call<unknown>): Stripe.SetupIntent {
  const { world } = call;
  const before = setupIntent(world, idOf(call));
  if (before.status === 'succeeded' || before.status === 'canceled') {
    throw refused(
      `You cannot cancel this SetupIntent because it has a status of ${before.status}.`,
      'setup_intent_unexpected_state',
    );
  }
  const after = world.store.put('setup_intents', before.id, { ...before, next_action: null, status: 'canceled' });
  record(world, 'setup_intent.canceled', after);
  return after;
}
