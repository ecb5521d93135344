import { z } from 'zod';
import {
  bountySchema,
  cancelBountySchema,
  createBountySchema,
  formatAmount,
  idSchema,
  parseAmount,
  quoteRequestSchema,
  quoteSchema,
  raiseBountySchema,
  type Bounty,
  type BountyTermsInput,
} from '../../protocol/index.js';
import { again, dryRun, dryRunOf, keyOf, moneyShape, movedShape, onceBy } from '../money.js';
import { ADDS, READS, tool } from '../tool.js';

const bountyShape = { bounty_id: idSchema('bounty') };
const movedBounty = z.object({ ...movedShape, bounty: bountySchema.nullable() });

/** What a model needs to know of a bounty in one line. */
export const lineOf = ({ id, state, outcome, slots, price_now, currency }: Bounty): string =>
  `${id} is ${state}${outcome ? ` (${outcome})` : ''}: ${slots.settled} of ${slots.quantity} slots paid, ${slots.reserved} reserved, ${slots.free} free, ${price_now} ${currency} a slot now.`;

const TERMS = `Terms, e.g. {"kind":"photo","title":"Harbour wall, boats visible","area":{"lat":32.7448,"lng":129.8737,"radius_m":150},"window":{"closes_at":"2026-11-21T09:00:00Z"},"criteria":{"all":[{"object":{"label":"boat"}}]},"price":{"schedule":"fixed","amount":"5.000000"}}.`;

export const quoteBounty = tool({
  name: 'quote_bounty',
  title: 'Quote a bounty',
  description: `What posting would cost and whether policy allows it: fee, hold, coverage, and the chance that somebody does it. Moves nothing. ${TERMS}`,
  input: quoteRequestSchema,
  output: z.object({ quote: quoteSchema }),
  hints: READS,
  async run({ client, signal }, terms) {
    const quote = await client.bounties.quote(terms, { signal });
    const { hold, currency, policy, covered, fill } = quote;
    const chance = fill ? `The chance of a fill is ${fill.probability}.` : 'There is no estimate of a fill yet.';
    const money = `It would hold ${hold} ${currency}, which the balance ${covered ? 'covers' : 'does not cover'}.`;
    return { data: { quote }, say: `Policy: ${policy.outcome}. ${money} ${chance}` };
  },
});

export const postBounty = tool({
  name: 'post_bounty',
  title: 'Post a bounty',
  description: `Posts a bounty: people near the place may now fulfil it. Holds price and fee of every slot from the balance. Same terms as quote_bounty. Repeating the same call posts nothing twice.`,
  input: createBountySchema.extend(moneyShape),
  output: movedBounty,
  hints: { ...ADDS, openWorldHint: true },
  async run(context, { idempotency_key, dry_run, ...terms }) {
    if (dry_run) {
      const { fund: _, ...asked } = terms;
      const quote = await context.client.bounties.quote(asked, { signal: context.signal });
      const say = `Dry run: it would hold ${quote.hold} ${quote.currency}; policy: ${quote.policy.outcome}. Nothing was posted.`;
      return { data: { dry_run: dryRunOf(quote), once: null, bounty: null }, say };
    }
    const { options, told } = onceBy(context, keyOf('post_bounty', { idempotency_key, ...terms }));
    const bounty = await context.client.bounties.create(terms, options);
    const once = told();
    const say = `${lineOf(bounty)} Held: ${bounty.held ?? '0.000000'} ${bounty.currency}. Follow it with watch_bounty.${again(once)}`;
    return { data: { dry_run: null, once, bounty }, say };
  },
});

export const getBounty = tool({
  name: 'get_bounty',
  title: 'Look at a bounty',
  description: 'State, slots, price, deadline and what silence does. Reads only.',
  input: z.strictObject(bountyShape),
  output: z.object({ bounty: bountySchema }),
  hints: READS,
  async run({ client, signal }, { bounty_id }) {
    const bounty = await client.bounties.get(bounty_id, { signal });
    return { data: { bounty }, say: lineOf(bounty) };
  },
});

export const raiseBounty = tool({
  name: 'raise_bounty',
  title: 'Raise a bounty',
  description:
    'Pays more or waits longer: another price schedule whose cap is not lower, a later closes_at, or both. Holds what the new cap needs more.',
  input: raiseBountySchema.safeExtend({ ...bountyShape, ...moneyShape }),
  output: movedBounty,
  hints: ADDS,
  async run(context, { idempotency_key, dry_run, bounty_id, ...change }) {
    const { client, signal } = context;
    if (dry_run) {
      const bounty = await client.bounties.get(bounty_id, { signal });
      const quote = await client.bounties.quote(raisedTerms(bounty, change), { signal });
      const more = formatAmount(beyond(quote.hold, bounty.held));
      const say = `Dry run: it would hold about ${more} ${quote.currency} more; policy: ${quote.policy.outcome}. Nothing was raised.`;
      return { data: { dry_run: dryRunOf(quote, more), once: null, bounty }, say };
    }
    const { options, told } = onceBy(context, keyOf('raise_bounty', { idempotency_key, bounty_id, ...change }));
    const bounty = await client.bounties.raise(bounty_id, change, options);
    const once = told();
    return { data: { dry_run: null, once, bounty }, say: `${lineOf(bounty)}${again(once)}` };
  },
});

export const cancelBounty = tool({
  name: 'cancel_bounty',
  title: 'Cancel a bounty',
  description:
    'Takes no new work. What is reserved or in flight is still decided and paid; the rest of the hold returns. Cannot be taken back.',
  input: cancelBountySchema.extend({ ...bountyShape, ...moneyShape }),
  output: movedBounty,
  hints: { ...ADDS, destructiveHint: true },
  async run(context, { idempotency_key, dry_run, bounty_id, reason }) {
    const { client, signal } = context;
    if (dry_run) {
      const bounty = await client.bounties.get(bounty_id, { signal });
      const { currency, held } = bounty;
      const say = `Dry run: up to ${held ?? '0.000000'} ${currency} would return, less what work in flight is paid. Nothing was cancelled.`;
      return { data: { dry_run: dryRun({ currency, would_return: held }), once: null, bounty }, say };
    }
    const { options, told } = onceBy(context, keyOf('cancel_bounty', { idempotency_key, bounty_id, reason }));
    const bounty = await client.bounties.cancel(bounty_id, { ...options, reason });
    const once = told();
    return { data: { dry_run: null, once, bounty }, say: `${lineOf(bounty)}${again(once)}` };
  },
});

/** The terms of a bounty with its change, as a quote takes them. */
function raisedTerms(
  { terms }: Bounty,
  { price, closes_at }: { price?: BountyTermsInput['price']; closes_at?: string },
) {
  const posted = terms as unknown as BountyTermsInput;
  const window = { ...posted.window, ...(closes_at !== undefined && { closes_at }) };
  return { ...posted, window, ...(price !== undefined && { price }) };
}

/** What a hold takes beyond what is held; nothing when it is covered. */
function beyond(hold: string, held: string | null): bigint {
  const more = parseAmount(hold)! - (parseAmount(held ?? '0') ?? 0n);
  return more > 0n ? more : 0n;
}
