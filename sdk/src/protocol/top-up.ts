import { z } from 'zod';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { amountOutSchema, positiveAmountSchema } from './money.js';
import { PROBLEM_CODES } from './problems.js';
import { timeOutSchema } from './time.js';

export const TOP_UP_STATES = [
  'created',
  'requires_action',
  'processing',
  'succeeded',
  'failed',
  'refunded',
  'disputed',
  'lost',
] as const;
export type TopUpState = (typeof TOP_UP_STATES)[number];

/** A card that Stripe knows: `pm_…`. Card numbers never come here: a browser gives them to Stripe. */
export const paymentMethodIdSchema = z.string().regex(/^(pm|card)_[A-Za-z0-9_]{1,100}$/, 'expected pm_… of Stripe');

export const createTopUpSchema = z.strictObject({
  /** Dollars and whole cents. */
  amount: positiveAmountSchema.refine((micros) => micros % 10_000n === 0n, 'expected whole cents'),
  /** Default: the one saved card. */
  payment_method: paymentMethodIdSchema.optional(),
  /** Keeps the card for later once it was charged. */
  save_payment_method: z.boolean().default(false),
  /** True when the cardholder is not there: a card that asks for them is refused with `authentication_required`. */
  off_session: z.boolean().default(false),
  /** Where the cardholder returns to from their bank's page. Without it `action.client_secret` is for Stripe.js. */
  return_url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
});

export const topUpSchema = z.object({
  id: idSchema('top_up'),
  mode: z.enum(MODES),
  state: z.enum(TOP_UP_STATES),
  currency: z.literal('USD'),
  /** What the card is charged, and what the balance is credited with. */
  amount: amountOutSchema,
  /** What of it went back to the card. */
  refunded: amountOutSchema,
  /** True when it was made by the owner's automatic top-up. */
  is_automatic: z.boolean(),
  payment_method: z.string(),
  /** What the cardholder has to do, while the state is `requires_action`: open `url`, or let Stripe.js handle `client_secret`. */
  action: z.object({ client_secret: z.string(), url: z.string().nullable() }).nullable(),
  /** Why it failed: a code of the error catalogue, and what Stripe calls it. */
  failure: z.object({ code: z.enum(PROBLEM_CODES), reason: z.string() }).nullable(),
  created_at: timeOutSchema,
  /** Since when it is in the balance. */
  succeeded_at: timeOutSchema.nullable(),
});
export type TopUp = z.output<typeof topUpSchema>;

export const refundTopUpSchema = z.strictObject({
  /** Dollars and whole cents. Default: all of it that is still in the balance. */
  amount: positiveAmountSchema.refine((micros) => micros % 10_000n === 0n, 'expected whole cents').optional(),
});

export const REFUND_STATES = ['requested', 'made', 'refused', 'failed'] as const;

export const cardRefundSchema = z.object({
  id: z.string(),
  top_up_id: idSchema('top_up'),
  state: z.enum(REFUND_STATES),
  amount: amountOutSchema,
  created_at: timeOutSchema,
});

export const savedCardSchema = z.object({
  id: z.string(),
  brand: z.string(),
  last4: z.string(),
  exp_month: z.int(),
  exp_year: z.int(),
});
export const attachCardSchema = z.strictObject({ payment_method: paymentMethodIdSchema });

const autoTopUp = {
  /** Dollars: tops up when less card money than this is available. */
  below: positiveAmountSchema,
  /** Dollars and whole cents of each top-up. */
  amount: positiveAmountSchema.refine((micros) => micros % 10_000n === 0n, 'expected whole cents'),
  /** Dollars that it may charge within any 24 hours. */
  day_max: positiveAmountSchema,
};
export const setAutoTopUpSchema = z.strictObject({ ...autoTopUp, payment_method: paymentMethodIdSchema.optional() });

export const autoTopUpSchema = z.object({
  /** Null when it is switched off. */
  settings: z
    .object({
      below: amountOutSchema,
      amount: amountOutSchema,
      day_max: amountOutSchema,
      payment_method: z.string(),
    })
    .nullable(),
  /** Why it stopped, as a code of the error catalogue; set it again to go on. Null while it runs. */
  stopped: z.enum(PROBLEM_CODES).nullable(),
});

/** An agent whose card money is frozen. */
export const frozenAgentSchema = z.object({
  agent_id: idSchema('agent'),
  /** Since when, without a break. */
  since: timeOutSchema,
  /** What froze it, oldest first: a dispute or a fraud warning, by its id at Stripe. */
  reasons: z.array(
    z.object({
      id: z.string(),
      cause: z.enum(['dispute', 'fraud_warning']),
      top_up_id: idSchema('top_up'),
      created_at: timeOutSchema,
    }),
  ),
});
export type FrozenAgent = z.infer<typeof frozenAgentSchema>;
