import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch, refused } from '../http/api-error.js';
import { expand, integer, metadata, paging, range, type RulesFor, text } from '../http/parameters.js';
import { book } from '../money/bookings.js';
import { PLATFORM } from '../state/store.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { availableOn } from './charges.js';
import { settleWarnings } from './early-fraud-warnings.js';
import { page, within } from './list.js';
import { mergedMetadata } from './metadata.js';

const createRules = z.strictObject({
  amount: integer.optional(),
  charge: text.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
  payment_intent: text.optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
} satisfies RulesFor<Stripe.RefundCreateParams>);
const updateRules = z.strictObject({
  expand: expand.optional(),
  metadata: metadata.optional(),
} satisfies RulesFor<Stripe.RefundUpdateParams>);
const listRules = z.strictObject({
  ...paging,
  charge: text.optional(),
  created: range.optional(),
  payment_intent: text.optional(),
} satisfies RulesFor<Stripe.RefundListParams>);

export const REFUNDS = [
  endpoint('POST', '/v1/refunds', createRules, create),
  endpoint('GET', '/v1/refunds', listRules, list),
  endpoint('GET', '/v1/refunds/:id', updateRules.omit({ metadata: true }), (call) => refund(call.world, idOf(call))),
  endpoint('POST', '/v1/refunds/:id', updateRules, update),
];

export function refund(world: World, id: string): Stripe.Refund {
  const found = world.store.get('refunds', id);
  if (!found) throw noSuch('refund', id, 'id');
  return found;
}

/** The bank took a pending refund. Throws when it is not pending. */
export function completeRefund(world: World, before: Stripe.Refund): Stripe.Refund {
  if (before.status !== 'pending') throw new Error(`${before.id} is ${before.status}`);
  const after = world.store.put('refunds', before.id, { ...before, status: 'succeeded', pending_reason: undefined });
  record(world, 'refund.updated', after, { previous: { status: 'pending' } });
  record(world, 'charge.refund.updated', after, { previous: { status: 'pending' } });
  return after;
}

/** The bank sends the money back: it returns to the balance, and the charge counts as not refunded by so much. Throws when it failed before. */
export function failRefund(world: World, before: Stripe.Refund, failure_reason: string): Stripe.Refund {
  if (before.status !== 'pending' && before.status !== 'succeeded') throw new Error(`${before.id} is ${before.status}`);
  const charge = world.store.must('charges', before.charge as string);
  const returned = book(world, PLATFORM, {
    type: 'refund_failure',
    reporting_category: 'refund_failure',
    amount: before.amount,
    source: before.id,
    available_on: availableOn(world, charge),
  });
  const after = world.store.put('refunds', before.id, {
    ...before,
    failure_balance_transaction: returned.id,
    failure_reason,
    status: 'failed',
  });
  const amount_refunded = charge.amount_refunded - before.amount;
  world.store.put('charges', charge.id, { ...charge, amount_refunded, refunded: false });
  record(world, 'refund.updated', after, { previous: { status: before.status } });
  record(world, 'refund.failed', after, { previous: { status: before.status } });
  record(world, 'charge.refund.updated', after, { previous: { status: before.status } });
  return after;
}

function create({ world, parameters }: Call<z.output<typeof createRules>>): Stripe.Refund {
  const charge = chargeToRefund(world, parameters);
  const left = charge.amount_captured - charge.amount_refunded;
  if (left <= 0) throw refused(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  const amount = parameters.amount ?? left;
  if (amount < 1) throw refused('Invalid positive integer', 'parameter_invalid_integer', 'amount');
  if (amount > left) {
    throw refused(
      `Refund amount ($${dollars(amount)}) is greater than unrefunded amount on charge ($${dollars(left)})`,
      undefined,
      'amount',
    );
  }
  const id = newId(world, 're');
  const booked = book(world, PLATFORM, {
    type: 'refund',
    reporting_category: 'refund',
    amount: -amount,
    source: id,
    description: 'REFUND FOR CHARGE',
    // On the day the charge's own money is there, so that a refund never waits for what it gives back.
    available_on: availableOn(world, charge),
  });
  const slow = world.store.must('cards', charge.payment_method ?? '').behaviour.refund === 'pending';
  const made = world.store.put('refunds', id, {
    id,
    object: 'refund',
    amount,
    balance_transaction: booked.id,
    charge: charge.id,
    created: now_s(world),
    currency: 'usd',
    customer: charge.customer as string | null,
    customer_account: null,
    destination_details: {
      type: 'card',
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
    },
    metadata: mergedMetadata({}, parameters.metadata),
    payment_intent: charge.payment_intent as string | null,
    payment_method: charge.payment_method,
    ...(slow ? { pending_reason: 'processing' as const } : {}),
    reason: parameters.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status: slow ? 'pending' : 'succeeded',
    transfer_reversal: null,
  });
  const amount_refunded = charge.amount_refunded + amount;
  const after = { ...charge, amount_refunded, refunded: amount_refunded === charge.amount_captured };
  world.store.put('charges', charge.id, after);
  record(world, 'refund.created', made);
  record(world, 'charge.refunded', after, { previous: { amount_refunded: charge.amount_refunded } });
  if (after.refunded) settleWarnings(world, charge.id);
  return made;
}

function chargeToRefund(world: World, asked: z.output<typeof createRules>): Stripe.Charge {
  if ((asked.charge === undefined) === (asked.payment_intent === undefined)) {
    throw refused(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'parameter_missing',
    );
  }
  const intent = asked.payment_intent ? world.store.get('payment_intents', asked.payment_intent) : null;
  if (intent === undefined) throw noSuch('payment_intent', asked.payment_intent ?? '', 'payment_intent');
  if (intent && intent.status !== 'succeeded') {
    throw refused(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
  }
  const id = asked.charge ?? (intent?.latest_charge as string);
  const charge = world.store.get('charges', id, PLATFORM);
  if (!charge) throw noSuch('charge', id, 'charge');
  if (!charge.paid) throw refused(`Charge ${id} was not paid and cannot be refunded.`);
  const closed = world.store.all('disputes').some((row) => row.charge === id && !row.is_charge_refundable);
  if (charge.disputed && closed) {
    throw refused(`Charge ${id} has been charged back; cannot issue a refund.`, 'charge_disputed');
  }
  return charge;
}

function update(call: Call<z.output<typeof updateRules>>): Stripe.Refund {
  const { world, parameters } = call;
  const before = refund(world, idOf(call));
  const changed = { ...before, metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata) };
  const after = world.store.put('refunds', before.id, changed);
  record(world, 'refund.updated', after, { previous: { metadata: before.metadata } });
  return after;
}

function list({ world, parameters, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Refund> {
  const { charge, created, payment_intent } = parameters;
  const rows = world.store
    .all('refunds')
    .filter((row) => within(created, row.created))
    .filter((row) => charge === undefined || row.charge === charge)
    .filter((row) => payment_intent === undefined || row.payment_intent === payment_intent);
  return page(rows, parameters, path);
}

function dollars(cents: number): string {
  return (cents / 100).toFixed(2);
}
