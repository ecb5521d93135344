import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch, refused } from '../http/api-error.js';
import { expand, integer, metadata, paging, type RulesFor, text } from '../http/parameters.js';
import { book, totals } from '../money/bookings.js';
import { PLATFORM } from '../state/store.js';
import { newId, now_s } from '../state/world.js';
import { record } from '../webhooks/events.js';
import { type Call, endpoint, idOf } from './call.js';
import { page } from './list.js';
import { mergedMetadata } from './metadata.js';
import { transfer } from './transfers.js';

const createRules = z.strictObject({
  amount: integer.optional(),
  description: text.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
} satisfies RulesFor<Stripe.TransferCreateReversalParams>);

export const TRANSFER_REVERSALS = [
  endpoint('POST', '/v1/transfers/:id/reversals', createRules, create),
  endpoint('GET', '/v1/transfers/:id/reversals', z.strictObject({ ...paging }), (call) =>
    page(transfer(call.world, idOf(call), 'id').reversals.data.toReversed(), call.parameters, call.path),
  ),
  endpoint('GET', '/v1/transfers/:id/reversals/:id', z.strictObject({ expand: expand.optional() }), retrieve),
];

function create(call: Call<z.output<typeof createRules>>): Stripe.TransferReversal {
  const { world, parameters } = call;
  const before = transfer(world, idOf(call), 'id');
  const left = before.amount - before.amount_reversed;
  if (left <= 0) throw refused(`Transfer ${before.id} has already been fully reversed.`, 'transfer_already_reversed');
  const amount = parameters.amount ?? left;
  if (amount < 1) throw refused('Invalid positive integer', 'parameter_invalid_integer', 'amount');
  if (amount > left)
    throw refused(
      `Reversal amount is greater than the unreversed amount of the transfer (${left} cents).`,
      undefined,
      'amount',
    );
  const destination = before.destination as string;
  if (amount > totals(world, destination).available) {
    throw refused(
      'The destination account does not have sufficient funds in its available balance.',
      'balance_insufficient',
    );
  }
  const id = newId(world, 'trr');
  const booking = { source: id, description: parameters.description } as const;
  const back = book(world, PLATFORM, {
    ...booking,
    type: 'transfer_refund',
    reporting_category: 'transfer_reversal',
    amount,
  });
  book(world, destination, { ...booking, type: 'payment_refund', reporting_category: 'refund', amount: -amount });
  const reversal: Stripe.TransferReversal = {
    id,
    object: 'transfer_reversal',
    amount,
    balance_transaction: back.id,
    created: now_s(world),
    currency: 'usd',
    destination_payment_refund: null,
    metadata: mergedMetadata({}, parameters.metadata),
    source_refund: null,
    transfer: before.id,
  };
  const payment = world.store.must('charges', before.destination_payment as string);
  const amount_reversed = before.amount_reversed + amount;
  const reversed = amount_reversed === before.amount;
  world.store.put('charges', payment.id, { ...payment, amount_refunded: amount_reversed, refunded: reversed });
  const reversals = { ...before.reversals, data: [reversal, ...before.reversals.data] };
  const after = world.store.put('transfers', before.id, { ...before, amount_reversed, reversed, reversals });
  record(world, 'transfer.reversed', after, { previous: { amount_reversed: before.amount_reversed } });
  return reversal;
}

function retrieve(call: Call<unknown>): Stripe.TransferReversal {
  const id = call.ids[1] ?? '';
  const found = transfer(call.world, idOf(call), 'id').reversals.data.find((row) => row.id === id);
  if (!found) throw noSuch('transfer reversal', id, 'id');
  return found;
}
