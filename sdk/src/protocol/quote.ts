import { z } from 'zod';
import { bountyTermsSchema } from './bounty.js';
import { CURRENCIES, amountOutSchema } from './money.js';
import { timeOutSchema } from './time.js';

/** Terms of a bounty, and how sure the caller wants to be that all of it is filled. */
export const quoteRequestSchema = bountyTermsSchema.extend({
  /** More than 0 and less than 1. With it the quote says which price reaches it. */
  wanted_probability: z.number().gt(0).lt(1).optional(),
});

/** What a card processor takes of an amount, and what that is of it, in percent. */
const processorCostSchema = z.object({ amount: amountOutSchema, cost: amountOutSchema, percent: z.string() });

const probability = z.number().min(0).max(1);

/** Whose record an estimate rests on: of the cell, of the region around it, or of the whole market. */
export const FILL_BASES = ['cell', 'region', 'everywhere'] as const;
/** Why there is no estimate (docs/quotes.md). */
export const FILL_UNKNOWN = ['no_record', 'too_few_fills'] as const;

export const fillSchema = z.object({
  /** That a reservation which leads to an accepted capture begins for every slot by `by`, from now on, at the schedule's prices. */
  probability,
  /** The same of the first slot. */
  first: probability,
  /** Lies around `probability` with 90 %, as far as what is unknown of the rates goes. */
  interval: z.object({ low: probability, high: probability }),
  /** How many fills, recorded in the very same circumstances, would tell the rate as exactly. */
  sample_size: z.number().min(0),
  basis: z.enum(FILL_BASES),
  by: timeOutSchema,
  /** When the estimate was last learnt anew. */
  fitted_at: timeOutSchema,
});

export const quoteSchema = z.object({
  policy: z.object({
    outcome: z.enum(['allow', 'refuse', 'hold']),
    rule: z.string().nullable(),
    hint: z.string().nullable(),
    pack_version: z.string(),
  }),
  currency: z.enum(CURRENCIES),
  price_each: amountOutSchema,
  fee_each: amountOutSchema,
  hold: amountOutSchema,
  available: amountOutSchema,
  covered: z.boolean(),
  cells: z.int(),
  /** Estimated from recorded fills; null when they are too few, and then `fill_unknown` says why. */
  fill: fillSchema.nullable(),
  fill_unknown: z.enum(FILL_UNKNOWN).nullable(),
  /** The estimate at ten prices around the one asked, each the most a slot can cost, rising; empty when `fill` is null. */
  curve: z.array(
    z.object({ price_each: amountOutSchema, probability, interval: z.object({ low: probability, high: probability }) }),
  ),
  /**
   * The least price, to the cent, at which the estimate reaches `wanted_probability`: the most a slot can cost, the schedule stretched to it. Null
   * when none was wanted, when no allowed price reaches it, or when `fill` is null.
   */
  recommended_price: amountOutSchema.nullable(),
  /**
   * What the card processor takes, which the platform bears (docs/fees.md): of a top-up of the hold, at least of the smallest there is; and of the
   * smallest payout to a bank, the first of a contributor in a month. Null on the stablecoin rail.
   */
  processor_costs: z.object({ top_up: processorCostSchema, payout: processorCostSchema }).nullable(),
  /** What this instance checks content with, as far as it is configured. */
  verification: z.object({
    /** Object detectors that must agree. */
    detectors: z.int().min(1),
    /** Whether criteria in free words are answered. */
    open_vocabulary: z.boolean(),
  }),
});
export type Quote = z.infer<typeof quoteSchema>;
