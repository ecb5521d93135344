import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch, refused } from '../http/api-error.js';
import { expand, integer, metadata, paging, range, type RulesFor, text, usd } from '../http/parameters.js';
import { totals } from '../money/bookings.js';
import { PLATFORM } from '../state/store.js';
import type { World } from '../state/world.js';
import { type Call, endpoint, idOf } from './call.js';
import { page, within } from './list.js';
import { mergedMetadata } from './metadata.js';
import { cancelPayout, makePayout } from './payout-life.js';
import { record } from '../webhooks/events.js';

const createRules = z.strictObject({
  amount: integer,
  currency: usd,
  description: text.optional(),
  expand: expand.optional(),
  metadata: metadata.optional(),
  method: z.literal('standard').optional(),
} satisfies RulesFor<Stripe.PayoutCreateParams>);
const updateRules = z.strictObject({
  expand: expand.optional(),
  metadata: metadata.optional(),
} satisfies RulesFor<Stripe.PayoutUpdateParams>);
const plainRules = z.strictObject({ expand: expand.optional() });
const listRules = z.strictObject({
  ...paging,
  arrival_date: range.optional(),
  created: range.optional(),
  status: z.enum(['pending', 'in_transit', 'paid', 'failed', 'canceled']).optional(),
} satisfies RulesFor<Stripe.PayoutListParams>);

export const PAYOUTS = [
  endpoint('POST', '/v1/payouts', createRules, create),
  endpoint('GET', '/v1/payouts', listRules, list),
  endpoint('GET', '/v1/payouts/:id', plainRules, (call) => payout(call.world, idOf(call), call.owner)),
  endpoint('POST', '/v1/payouts/:id', updateRules, update),
  endpoint('POST', '/v1/payouts/:id/cancel', plainRules, cancel),
];

function payout(world: World, id: string, owner: string): Stripe.Payout {
  const found = world.store.get('payouts', id, owner);
  if (!found) throw noSuch('payout', id, 'id');
  return found;
}

function create({ world, owner, parameters }: Call<z.output<typeof createRules>>): Stripe.Payout {
  const { amount } = parameters;
  if (amount < 1) throw refused('Invalid positive integer', 'parameter_invalid_integer', 'amount');
  const facts = owner === PLATFORM ? null : world.store.must('account_facts', owner);
  if (facts && (facts.bank_account === null || facts.payouts_paused)) {
    throw refused('Cannot create payouts: the account has no usable external account.', 'payouts_not_allowed');
  }
  if (amount > totals(world, owner).available) {
    throw refused('You have insufficient funds in your Stripe account for this transfer.', 'balance_insufficient');
  }
  const { description = null } = parameters;
  return makePayout(world, owner, {
    amount,
    automatic: false,
    description,
    metadata: mergedMetadata({}, parameters.metadata),
  });
}

function update(call: Call<z.output<typeof updateRules>>): Stripe.Payout {
  const { world, parameters, owner } = call;
  const before = payout(world, idOf(call), owner);
  const changed = { ...before, metadata: mergedMetadata(before.metadata ?? {}, parameters.metadata) };
  const after = world.store.put('payouts', before.id, changed);
  record(world, 'payout.updated', after, { owner, previous: { metadata: before.metadata } });
  return after;
}

function cancel(call: Call<unknown>): Stripe.Payout {
  const before = payout(call.world, idOf(call), call.owner);
  if (before.status !== 'pending' || before.automatic) {
    throw refused(`Payout ${before.id} can not be canceled: only pending payouts made by hand can.`);
  }
  return cancelPayout(call.world, before);
}

function list({ world, owner, parameters, path }: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.Payout> {
  const { arrival_date, created, status } = parameters;
  const rows = world.store
    .all('payouts', owner)
    .filter((row) => within(created, row.created) && within(arrival_date, row.arrival_date))
    .filter((row) => status === undefined || row.status === status);
  return page(rows, parameters, path);
}
