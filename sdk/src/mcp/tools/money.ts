import { z } from 'zod';
import { balanceSchema, createTopUpSchema, topUpSchema, type TopUpState } from '../../protocol/index.js';
import { StateNotReached } from '../../http/index.js';
import { again, dryRun, keyOf, moneyShape, movedShape, onceBy } from '../money.js';
import { ADDS, READS, tool, type ToolContext } from '../tool.js';
import type { TopUp } from '../../protocol/index.js';

/** How long is waited for the card to be charged, in milliseconds; it takes a moment, as a rule. */
const CHARGE_MS_MAX = 20_000;
const CHARGED: readonly TopUpState[] = ['succeeded', 'requires_action', 'failed'];

export const getBalance = tool({
  name: 'get_balance',
  title: 'Balance',
  description:
    'What this key’s agent can spend, by fund and currency; what open bounties hold is not in it. Reads only.',
  input: z.strictObject({}),
  output: balanceSchema,
  hints: READS,
  async run({ client, signal }) {
    const balance = await client.balance.get({ signal });
    const funds = balance.balances.map(({ fund, available, currency }) => `${fund}: ${available} ${currency} to spend`);
    return { data: balance, say: `Mode ${balance.mode}. ${funds.join('; ')}.` };
  },
});

export const topUp = tool({
  name: 'top_up',
  title: 'Top up by card',
  description:
    'Charges a card that Stripe knows (pm_…, by default the one saved) and adds it to the balance. Whole cents. In state requires_action its holder has to approve: open action.url. Spend caps limit what is spent from the balance, not this.',
  input: createTopUpSchema.extend(moneyShape),
  output: z.object({ ...movedShape, top_up: topUpSchema.nullable() }),
  hints: { ...ADDS, openWorldHint: true },
  async run(context, { idempotency_key, dry_run, ...charge }) {
    if (dry_run) {
      const would_charge = topUpAmount(charge.amount);
      const say = `Dry run: the card would be charged ${would_charge} USD. Nothing was charged.`;
      return { data: { dry_run: dryRun({ currency: 'USD', would_charge }), once: null, top_up: null }, say };
    }
    const { options, told } = onceBy(context, keyOf('top_up', { idempotency_key, ...charge }));
    const { id } = await context.client.topUps.create({ ...charge, ...options });
    const once = told();
    const top_up = await charged(context, id);
    const say = `${top_up.id} of ${top_up.amount} USD is ${top_up.state}.${again(once)}`;
    return { data: { dry_run: null, once, top_up }, say };
  },
});

async function charged({ client, signal }: ToolContext, id: string): Promise<TopUp> {
  try {
    return await client.topUps.waitFor(id, { until: CHARGED, timeout_ms: CHARGE_MS_MAX, signal });
  } catch (error) {
    // It goes on without us; the answer says how far it is.
    if (error instanceof StateNotReached) return error.last as TopUp;
    throw error;
  }
}

/** As the exchange writes amounts: six decimals. The schema has read it already. */
function topUpAmount(amount: string): string {
  const [units, decimals = ''] = amount.split('.');
  return `${units}.${decimals.padEnd(6, '0')}`;
}
