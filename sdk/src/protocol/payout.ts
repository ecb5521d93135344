import { z } from 'zod';
import { createWalletPayoutAccountSchema, walletPayoutAccountSchema } from './escrow.js';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { amountOutSchema } from './money.js';
import { timeOutSchema } from './time.js';

const URL_MAX = 2_048;
/** Where a contributor comes back to: https, or http on its own machine. */
const returnUrlSchema = z
  .url()
  .max(URL_MAX)
  .refine(
    (value) => /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)([:/]|$))/.test(value),
    'expected an https address, or http on this machine',
  );

/** A Stripe account to be paid to a bank by. */
export const createCardPayoutAccountSchema = z.strictObject({
  rail: z.literal('card'),
  /** Where you live: two letters, ISO 3166; one of those that payouts by bank go to. It cannot be changed later. */
  country: z.string().regex(/^[A-Z]{2}$/, 'expected two capital letters such as US'),
  /** Where Stripe sends you when you are done. */
  return_url: returnUrlSchema,
  /** Where Stripe sends you when the link is no longer good; `return_url` when left out. */
  refresh_url: returnUrlSchema.optional(),
});
export type CreateCardPayoutAccount = z.output<typeof createCardPayoutAccountSchema>;

export const cardPayoutAccountSchema = z.object({
  rail: z.literal('card'),
  id: idSchema('payout_account'),
  /** `onboarding`: Stripe still asks for something. `enabled`: paid. `restricted`: paid again once `requirements` are met. `closed`: for good. */
  state: z.enum(['onboarding', 'enabled', 'restricted', 'closed']),
  country: z.string(),
  /** What Stripe asks for. `past`: nothing is paid until then; `now`: soon; `later`: in time. */
  requirements: z.array(z.object({ what: z.string(), due: z.enum(['past', 'now', 'later']) })),
  /** Where to give it, for a few minutes; only when the account was just named. */
  link: z.object({ url: z.string(), expires_at: timeOutSchema }).nullable(),
  /** What can leave with the next batch. */
  mature: amountOutSchema,
  /** What was paid by cards so recently that it has to wait, or by cards that are in doubt. */
  maturing: amountOutSchema,
  /** On its way to the bank. */
  in_transit: amountOutSchema,
  /** The least that is paid. */
  minimum: amountOutSchema,
  /** Why nothing would leave now; empty when it would. */
  waits_for: z.array(
    z.enum(['account', 'minimum', 'maturity', 'held', 'operator', 'reconciliation', 'loss_reserve', 'policy']),
  ),
  next_batch_at: timeOutSchema,
  created_at: timeOutSchema,
});
export type CardPayoutAccount = z.infer<typeof cardPayoutAccountSchema>;

/** Where a contributor is paid: a wallet on chain, or a bank by way of Stripe. */
export const createPayoutAccountSchema = z.discriminatedUnion('rail', [
  createWalletPayoutAccountSchema,
  createCardPayoutAccountSchema,
]);
export const payoutAccountSchema = z.discriminatedUnion('rail', [walletPayoutAccountSchema, cardPayoutAccountSchema]);
export type PayoutAccount = z.infer<typeof payoutAccountSchema>;

/** One payout to a bank, and the receipt of it. */
export const payoutSchema = z.object({
  id: idSchema('payout'),
  mode: z.enum(MODES),
  rail: z.literal('card'),
  /** `planned`, `sent`, `paid`; `returning`: the bank did not take it; `returned` and `refused`: it is payable again. */
  state: z.enum(['planned', 'sent', 'paid', 'returning', 'returned', 'refused']),
  currency: z.literal('USD'),
  amount: amountOutSchema,
  /** Of that, what is payable again. */
  returned: amountOutSchema,
  /** The day of its batch, in UTC. */
  day: z.string(),
  /** Stripe’s Transfer; null until it is made. */
  transfer: z.string().nullable(),
  /** Why it was refused or came back, as Stripe names it; null when it did not. */
  reason: z.string().nullable(),
  created_at: timeOutSchema,
  sent_at: timeOutSchema.nullable(),
  arrived_at: timeOutSchema.nullable(),
  /** For a tax return. Nothing is withheld here; forms come from Stripe where the law asks for them. */
  tax: z.object({
    /** In which it was sent, in UTC; null until then. */
    year: z.int().nullable(),
    category: z.literal('services'),
    /** What was sent and did not come back. */
    gross: amountOutSchema,
    /** What the platform took of it: nothing, for its fee comes on top of prices. */
    fee: amountOutSchema,
    withheld: amountOutSchema,
  }),
});
export type Payout = z.infer<typeof payoutSchema>;

/** Why no new payout leaves by card, in one mode. */
export const payoutStopSchema = z.object({
  id: idSchema('payout_stop'),
  mode: z.enum(MODES),
  cause: z.enum(['operator', 'reconciliation']),
  /** For a reconciliation: which rows do not match, and by how much. */
  detail: z.string(),
  created_at: timeOutSchema,
  lifted_at: timeOutSchema.nullable(),
});
export type PayoutStop = z.infer<typeof payoutStopSchema>;
export const createPayoutStopSchema = z.strictObject({ reason: z.string().min(1).max(500) });

/** What an operator decides, or has to decide, about card money that one contributor earned from one agent. */
export const earningsHoldSchema = z.object({
  id: idSchema('earnings_hold'),
  mode: z.enum(MODES),
  agent_id: idSchema('agent'),
  contributor_id: idSchema('contributor'),
  /** `held`: it waits for the operator. `released`: it leaves when it is old enough. `colluding`: it was taken, and what still comes is held. */
  state: z.enum(['held', 'released', 'colluding']),
  /** `linked`: the two look like one. */
  cause: z.enum(['linked', 'operator']),
  /** What came from the agent and may not leave now, too young or held. */
  not_left: amountOutSchema,
  /** What went to the loss reserve. */
  taken: amountOutSchema,
  /** The operator’s words; null before the first. */
  reason: z.string().nullable(),
  held_at: timeOutSchema,
  released_at: timeOutSchema.nullable(),
  created_at: timeOutSchema,
});
export type EarningsHold = z.infer<typeof earningsHoldSchema>;

export const decideEarningsSchema = z.strictObject({
  agent_id: idSchema('agent'),
  contributor_id: idSchema('contributor'),
  /** `hold` what has not left; `release` what was earned so far; `collusion`: take what has not left, and hold what still comes. */
  decision: z.enum(['hold', 'release', 'collusion']),
  reason: z.string().min(1).max(500),
});
