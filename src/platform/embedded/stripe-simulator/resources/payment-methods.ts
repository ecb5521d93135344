import type { Stripe } from 'stripe';
import { z } from 'zod';
import { ApiError, noSuch, refused } from '../http/api-error.js';
import { expand, paging, type RulesFor, text } from '../http/parameters.js';
import type { CardFacts } from '../state/tables.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { page } from './list.js';
import { type CardBehaviour, declineMessage, TEST_CARDS } from './test-cards.js';

const attachRules = z.strictObject({
  customer: text,
  expand: expand.optional(),
} satisfies RulesFor<Stripe.PaymentMethodAttachParams>);
const listRules = z.strictObject({
  ...paging,
  customer: text.optional(),
  type: z.literal('card').optional(),
} satisfies RulesFor<Stripe.PaymentMethodListParams>);
const plainRules = z.strictObject({ expand: expand.optional() });

export const PAYMENT_METHODS = [
  endpoint('GET', '/v1/payment_methods', listRules, ({ world, parameters, path }) =>
    listOf(world, parameters.customer ?? null, parameters, path),
  ),
  endpoint('GET', '/v1/customers/:id/payment_methods', listRules.omit({ customer: true }), (call) =>
    listOf(call.world, idOf(call), call.parameters, call.path),
  ),
  endpoint('GET', '/v1/payment_methods/:id', plainRules, (call) => paymentMethod(call.world, idOf(call), 'id')),
  endpoint('POST', '/v1/payment_methods/:id/attach', attachRules, attachAsked),
  endpoint('POST', '/v1/payment_methods/:id/detach', plainRules, detach),
];

/** The method of that id, or a new one made from a test id such as `pm_card_visa`. */
export function usable(world: World, id: string, param = 'payment_method'): Stripe.PaymentMethod {
  const behaviour = TEST_CARDS[id];
  return behaviour ? minted(world, behaviour) : paymentMethod(world, id, param);
}

export function behaviourOf(world: World, method: Stripe.PaymentMethod): CardBehaviour {
  return world.store.must('cards', method.id).behaviour;
}

export function attach(world: World, method: Stripe.PaymentMethod, customer: string): Stripe.PaymentMethod {
  if (method.customer === customer) return method;
  if (method.customer) throw refused('The payment method you provided has already been attached to a customer.');
  refuseSpent(world, method);
  const after = world.store.put('payment_methods', method.id, { ...method, customer });
  record(world, 'payment_method.attached', after);
  return after;
}

/** Refuses what belongs to another customer, or was used once without one. */
export function refuseForeign(world: World, method: Stripe.PaymentMethod, customer: string | null): void {
  if (method.customer === null) return refuseSpent(world, method);
  if (method.customer === customer) return;
  const message =
    customer === null
      ? `The PaymentMethod ${method.id} belongs to a customer. Please include the customer in the \`customer\` parameter.`
      : `The PaymentMethod ${method.id} does not belong to the Customer you supplied ${customer}.`;
  throw refused(message, undefined, 'payment_method');
}

export function setCardFacts(world: World, method: string, change: Partial<CardFacts>): void {
  world.store.put('cards', method, { ...world.store.must('cards', method), ...change });
}

function refuseSpent(world: World, method: Stripe.PaymentMethod): void {
  if (!world.store.must('cards', method.id).spent) return;
  throw refused(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, or was detached from a ' +
      'Customer, and may not be used again.',
    'payment_method_unexpected_state',
  );
}

function paymentMethod(world: World, id: string, param: string): Stripe.PaymentMethod {
  const found = world.store.get('payment_methods', id);
  if (!found) throw noSuch('PaymentMethod', id, param);
  return found;
}

function attachAsked(call: Call<z.output<typeof attachRules>>): Stripe.PaymentMethod {
  const { world, parameters } = call;
  if (!world.store.get('customers', parameters.customer)) throw noSuch('customer', parameters.customer, 'customer');
  const method = usable(world, idOf(call), 'id');
  const { decline } = behaviourOf(world, method);
  if (decline && method.card?.last4 !== '0341') throw refusedOnAttach(decline, method);
  return attach(world, method, parameters.customer);
}

/** A card that declines is already checked with its bank when it is saved, except the one made to fail only when charged. */
function refusedOnAttach(decline: { code: string; decline_code: string }, method: Stripe.PaymentMethod): ApiError {
  const message = declineMessage(decline.decline_code);
  return new ApiError(402, { type: 'card_error', ...decline, message, payment_method: method });
}

function detach(call: Call<unknown>): Stripe.PaymentMethod {
  const { world } = call;
  const method = paymentMethod(world, idOf(call), 'id');
  if (!method.customer)
    throw refused('The payment method you provided is not attached to a customer so detachment is impossible.');
  const after = world.store.put('payment_methods', method.id, { ...method, customer: null });
  setCardFacts(world, method.id, { spent: true });
  record(world, 'payment_method.detached', after, { previous: { customer: method.customer } });
  return after;
}

function listOf(
  world: World,
  customer: string | null,
  parameters: Omit<z.output<typeof listRules>, 'customer'>,
  path: string,
): Stripe.ApiList<Stripe.PaymentMethod> {
  const rows = customer ? world.store.all('payment_methods').filter((row) => row.customer === customer) : [];
  return page(rows, parameters, path);
}

function minted(world: World, behaviour: CardBehaviour): Stripe.PaymentMethod {
  const id = newId(world, 'pm');
  world.store.put('cards', id, { behaviour, spent: false });
  return world.store.put('payment_methods', id, {
    id,
    object: 'payment_method',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand: 'visa',
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: 'visa',
      exp_month: 12,
      exp_year: new Date(world.clock.now()).getUTCFullYear() + 3,
      fingerprint: `fingerprint${behaviour.last4}`,
      funding: 'credit',
      generated_from: null,
      last4: behaviour.last4,
      networks: { available: ['visa'], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: now_s(world),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  });
}
