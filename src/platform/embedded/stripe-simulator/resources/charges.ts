import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch } from '../http/api-error.js';
import { expand, paging, range, type RulesFor, text } from '../http/parameters.js';
import { book } from '../money/bookings.js';
import { cardFee } from '../money/fees.js';
import { PLATFORM } from '../state/store.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { openDispute } from './disputes.js';
import { warnOfFraud } from './early-fraud-warnings.js';
import { page, within } from './list.js';
import { type CardBehaviour, declineMessage } from './test-cards.js';

/** Card money becomes available two days after its charge. */
const AVAILABLE_AFTER_S = 2 * 86_400;

const retrieveRules = z.strictObject({ expand: expand.optional() });
const listRules = z.strictObject({
  ...paging,
  created: range.optional(),
  customer: text.optional(),
  payment_intent: text.optional(),
  transfer_group: text.optional(),
} satisfies RulesFor<Stripe.ChargeListParams>);

export const CHARGES = [
  endpoint('GET', '/v1/charges', listRules, list),
  endpoint('GET', '/v1/charges/:id', retrieveRules, (call) => {
    const found = call.world.store.get('charges', idOf(call), call.owner);
    if (!found) throw noSuch('charge', idOf(call), 'id');
    return found;
  }),
];

/** Takes the money, and lets the card do afterwards what it is made for. */
export function charge(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  behaviour: CardBehaviour,
): Stripe.Charge {
  const id = newId(world, 'ch');
  const available_on = now_s(world) + (behaviour.bypasses_pending ? 0 : AVAILABLE_AFTER_S);
  const booked = book(world, PLATFORM, {
    type: 'charge',
    reporting_category: 'charge',
    amount: intent.amount,
    fee: cardFee(intent.amount),
    source: id,
    description: intent.description ?? undefined,
    available_on,
  });
  const isLate = intent.capture_method === 'automatic_async';
  if (isLate) world.store.put('late_transactions', id, { transaction: booked.id });
  const made = world.store.put('charges', id, {
    ...blank(world, id, intent, method),
    amount_captured: intent.amount,
    balance_transaction: isLate ? null : booked.id,
    captured: true,
    outcome: outcome('authorized', 'approved_by_network', null),
    paid: true,
    status: 'succeeded',
  });
  record(world, 'charge.succeeded', made);
  if (behaviour.dispute) openDispute(world, id, { reason: behaviour.dispute });
  if (behaviour.fraud_warning) warnOfFraud(world, id);
  return world.store.must('charges', id);
}

/** Lets charges captured in the background name their balance transaction, a second or more after they were made. Repeatable. */
export function showLateTransactions(world: World): void {
  for (const id of world.store.ids('late_transactions')) {
    const before = world.store.must('charges', id);
    if (before.created >= now_s(world)) continue;
    const { transaction } = world.store.must('late_transactions', id);
    const after = world.store.put('charges', id, { ...before, balance_transaction: transaction });
    world.store.remove('late_transactions', id);
    record(world, 'charge.updated', after, { previous: { balance_transaction: null } });
  }
}

/** Seconds since 1970 at which the charge's money is available. */
export function availableOn(world: World, charge: Stripe.Charge): number {
  const named = charge.balance_transaction as string | null;
  const id = named ?? world.store.must('late_transactions', charge.id).transaction;
  return world.store.must('balance_transactions', id).available_on;
}

export function declinedCharge(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  decline: NonNullable<CardBehaviour['decline']>,
): Stripe.Charge {
  const id = newId(world, 'ch');
  const made = world.store.put('charges', id, {
    ...blank(world, id, intent, method),
    failure_code: decline.code,
    failure_message: declineMessage(decline.decline_code),
    outcome: decline.blocked
      ? outcome('blocked', 'not_sent_to_network', 'highest_risk_level')
      : outcome('issuer_declined', 'declined_by_network', decline.decline_code),
    status: 'failed',
  });
  record(world, 'charge.failed', made);
  return made;
}

function list({ world, parameters, owner, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Charge> {
  const { created, customer, payment_intent, transfer_group } = parameters;
  const rows = world.store
    .all('charges', owner)
    .filter((row) => within(created, row.created))
    .filter((row) => customer === undefined || row.customer === customer)
    .filter((row) => payment_intent === undefined || row.payment_intent === payment_intent)
    .filter((row) => transfer_group === undefined || row.transfer_group === transfer_group);
  return page(rows, parameters, path);
}

function outcome(type: string, network_status: string, reason: string | null): Stripe.Charge.Outcome {
  return {
    advice_code: null,
    network_advice_code: null,
    network_decline_code: null,
    network_status,
    reason,
    risk_level: type === 'blocked' ? 'highest' : 'normal',
    risk_score: type === 'blocked' ? 92 : 12,
    seller_message:
      type === 'authorized' ? 'Payment complete.' : 'The bank did not return any further details with this decline.',
    type,
  };
}

function blank(world: World, id: string, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): Stripe.Charge {
  return {
    ...emptyCharge(world, id, intent.amount),
    customer: intent.customer as string | null,
    description: intent.description,
    metadata: intent.metadata,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: 'card', card: cardDetails(method) },
    receipt_email: intent.receipt_email,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    transfer_group: intent.transfer_group,
  };
}

/** A charge of nobody: neither paid nor failed. */
export function emptyCharge(world: World, id: string, amount: number): Stripe.Charge {
  return {
    id,
    object: 'charge',
    amount,
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'SIMULATOR',
    captured: false,
    created: now_s(world),
    currency: 'usd',
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    fraud_details: {},
    livemode: false,
    metadata: {},
    on_behalf_of: null,
    outcome: null,
    paid: false,
    payment_intent: null,
    payment_method: null,
    payment_method_details: null,
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'pending',
    transfer_data: null,
    transfer_group: null,
  };
}

function cardDetails(method: Stripe.PaymentMethod): Stripe.Charge.PaymentMethodDetails.Card {
  const { card } = method;
  return {
    amount_authorized: null,
    authorization_code: null,
    brand: card?.brand ?? null,
    checks: card?.checks ?? null,
    country: card?.country ?? null,
    electronic_commerce_indicator: null,
    exp_month: card?.exp_month ?? 0,
    exp_year: card?.exp_year ?? 0,
    fingerprint: card?.fingerprint ?? null,
    funding: card?.funding ?? null,
    installments: null,
    last4: card?.last4 ?? null,
    mandate: null,
    network: 'visa',
    network_transaction_id: null,
    regulated_status: 'unregulated',
    three_d_secure: null,
    transaction_link_id: null,
    wallet: null,
  };
}
