import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch, refused } from '../http/api-error.js';
import { clearable, expand, integer, metadata, paging, range, type RulesFor, text, usd } from '../http/parameters.js';
import { book, currencyOf, totals } from '../money/bookings.js';
import { PLATFORM } from '../state/store.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { mayReceive } from './account-state.js';
import { type Call, endpoint, idOf } from './call.js';
import { availableOn, emptyCharge } from './charges.js';
import { page, within } from './list.js';
import { mergedMetadata } from './metadata.js';

const createRules = z.strictObject({
  amount: integer,
  currency: usd,
  destination: text,
  description: text.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
  source_transaction: text.optional(),
  transfer_group: text.optional(),
} satisfies RulesFor<Stripe.TransferCreateParams>);
const updateRules = z.strictObject({
  description: clearable.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
} satisfies RulesFor<Stripe.TransferUpdateParams>);
const listRules = z.strictObject({
  ...paging,
  created: range.optional(),
  destination: text.optional(),
  transfer_group: text.optional(),
} satisfies RulesFor<Stripe.TransferListParams>);

export const TRANSFERS = [
  endpoint('POST', '/v1/transfers', createRules, create),
  endpoint('GET', '/v1/transfers', listRules, list),
  endpoint('GET', '/v1/transfers/:id', z.strictObject({ expand: expand.optional() }), (call) =>
    transfer(call.world, idOf(call), 'id'),
  ),
  endpoint('POST', '/v1/transfers/:id', updateRules, update),
];

export function transfer(world: World, id: string, param: string): Stripe.Transfer {
  const found = world.store.get('transfers', id);
  if (!found) throw noSuch('transfer', id, param);
  return found;
}

function create({ world, parameters }: Call<z.output<typeof createRules>>): Stripe.Transfer {
  const { amount, destination } = parameters;
  if (amount < 1) throw refused('Invalid positive integer', 'parameter_invalid_integer', 'amount');
  if (!world.store.get('accounts', destination)) throw noSuch('destination', destination, 'destination');
  if (!mayReceive(world, destination)) {
    throw refused(
      'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, ' +
        'legacy_payments',
      'insufficient_capabilities_for_transfer',
    );
  }
  const source = sourceOf(world, parameters);
  if (!source && amount > totals(world, PLATFORM).available) {
    throw refused(
      'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating ' +
        'Charges using the 4000000000000077 test card.',
      'balance_insufficient',
    );
  }
  const id = newId(world, 'tr');
  const transfer_group = parameters.transfer_group ?? source?.transfer_group ?? (source ? `group_${source.id}` : null);
  const available_on = source && availableOn(world, source);
  const booked = book(world, PLATFORM, {
    type: 'transfer',
    reporting_category: 'transfer',
    amount: -amount,
    source: id,
    description: parameters.description,
    available_on: available_on ?? undefined,
  });
  const payment = receive(world, id, amount, destination, available_on ?? undefined);
  if (source && source.transfer_group === null) world.store.put('charges', source.id, { ...source, transfer_group });
  const made = world.store.put('transfers', id, {
    id,
    object: 'transfer',
    amount,
    amount_reversed: 0,
    balance_transaction: booked.id,
    created: now_s(world),
    currency: 'usd',
    description: parameters.description ?? null,
    destination,
    destination_payment: payment,
    livemode: false,
    metadata: mergedMetadata({}, parameters.metadata),
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: source?.id ?? null,
    source_type: 'card',
    transfer_group,
  });
  record(world, 'transfer.created', made);
  return made;
}

/** The charge whose money is passed on, which must cover all that is drawn on it. */
function sourceOf(world: World, asked: z.output<typeof createRules>): Stripe.Charge | null {
  const { source_transaction: id } = asked;
  if (id === undefined) return null;
  const charge = world.store.get('charges', id, PLATFORM);
  if (!charge || !charge.paid) throw noSuch('charge', id, 'source_transaction');
  if (asked.transfer_group && charge.transfer_group && asked.transfer_group !== charge.transfer_group) {
    throw refused(
      `The transfer_group must match that of the source_transaction: ${charge.transfer_group}`,
      undefined,
      'transfer_group',
    );
  }
  const drawn = world.store.all('transfers').filter((row) => row.source_transaction === id);
  const left = charge.amount_captured - drawn.reduce((sum, row) => sum + row.amount, 0);
  if (asked.amount > left) {
    throw refused(
      `The transfer amount exceeds what is left of the source_transaction (${left} cents).`,
      undefined,
      'amount',
    );
  }
  return charge;
}

/** The other side: a payment in the balance of the destination. Returns its id. */
function receive(
  world: World,
  id: string,
  amount: number,
  destination: string,
  available_on: number | undefined,
): string {
  const payment = newId(world, 'py');
  const booked = book(world, destination, {
    type: 'payment',
    reporting_category: 'charge',
    amount,
    source: payment,
    available_on,
  });
  const received: Stripe.Charge = {
    ...emptyCharge(world, payment, amount),
    amount_captured: amount,
    balance_transaction: booked.id,
    captured: true,
    currency: currencyOf(world, destination),
    paid: true,
    source_transfer: id,
    status: 'succeeded',
  };
  world.store.put('charges', payment, received, destination);
  return payment;
}

function update(call: Call<z.output<typeof updateRules>>): Stripe.Transfer {
  const { world, parameters } = call;
  const before = transfer(world, idOf(call), 'id');
  const { description } = parameters;
  const after = world.store.put('transfers', before.id, {
    ...before,
    ...(description === undefined ? {} : { description: description || null }),
    metadata: mergedMetadata(before.metadata, parameters.metadata),
  });
  record(world, 'transfer.updated', after, { previous: { metadata: before.metadata } });
  return after;
}

function list({ world, parameters, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Transfer> {
  const { created, destination, transfer_group } = parameters;
  const rows = world.store
    .all('transfers')
    .filter((row) => within(created, row.created))
    .filter((row) => destination === undefined || row.destination === destination)
    .filter((row) => transfer_group === undefined || row.transfer_group === transfer_group);
  return page(rows, parameters, path);
}
