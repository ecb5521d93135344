import type { Stripe } from 'stripe';
import { z } from 'zod';
import { noSuch } from '../http/api-error.js';
import { expand, paging, range, type RulesFor, text, usd } from '../http/parameters.js';
import { balanceOf } from '../money/bookings.js';
import { type Call, endpoint, idOf } from './call.js';
import { page, within } from './list.js';

const plainRules = z.strictObject({ expand: expand.optional() });
const listRules = z.strictObject({
  ...paging,
  created: range.optional(),
  currency: usd.optional(),
  payout: text.optional(),
  source: text.optional(),
  type: text.optional(),
} satisfies RulesFor<Stripe.BalanceTransactionListParams>);

export const BALANCE = [
  endpoint('GET', '/v1/balance', plainRules, ({ world, owner }) => balanceOf(world, owner)),
  endpoint('GET', '/v1/balance_transactions', listRules, list),
  endpoint('GET', '/v1/balance_transactions/:id', plainRules, (call) => {
    const found = call.world.store.get('balance_transactions', idOf(call), call.owner);
    if (!found) throw noSuch('balance transaction', idOf(call), 'id');
    return found;
  }),
];

function list(call: Call<z.output<typeof listRules>>): Stripe.ApiList<Stripe.BalanceTransaction> {
  const { world, owner, parameters, path } = call;
  const { created, payout, source, type } = parameters;
  const rows = world.store
    .all('balance_transactions', owner)
    .filter((row) => within(created, row.created))
    .filter((row) => source === undefined || row.source === source)
    .filter((row) => type === undefined || row.type === type)
    .filter((row) => payout === undefined || world.store.get('paid_out_in', row.id)?.payout === payout);
  return page(rows, parameters, path);
}
