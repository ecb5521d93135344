import { z } from 'zod';
import { areaSchema } from './area.js';
import { TIERS } from './criteria.js';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { amountOutSchema, amountSchema } from './money.js';
import { cardSchema } from './observation.js';
import { timeOutSchema } from './time.js';

/** Most cells a saved feed names: a square of some 500 km. */
export const FEED_CELLS_MAX = 1_000;
/** Most saved feeds, and most live subscriptions, of one owner. */
export const FEEDS_MAX = 100;

const KINDS = ['photo', 'video', 'reading'] as const;

/**
 * A saved query over cards. Everything it asks for stands on the card: a filter on what is sold would tell it for nothing, so labels, findings
 * and purposes are no part of it.
 */
export const feedQuerySchema = z
  .strictObject({
    kinds: z.array(z.enum(KINDS)).min(1).max(KINDS.length).optional(),
    /** H3 cells of resolution 5, as cards name them. */
    cells: z
      .array(z.string().regex(/^85[0-9a-f]{13}$/, 'expected an H3 cell of resolution 5'))
      .min(1)
      .max(FEED_CELLS_MAX)
      .optional(),
    /** A circle or a GeoJSON polygon instead of `cells`: every cell it touches. */
    area: areaSchema.optional(),
    tier_min: z.enum(TIERS).optional(),
    independent_captures_min: z.int().min(1).max(1_000).optional(),
    /** Dearer ones are left out. */
    price_max: amountSchema.optional(),
  })
  .refine(({ cells, area }) => !(cells && area), { message: 'give cells or an area, not both', path: ['area'] });
export type FeedQueryInput = z.input<typeof feedQuerySchema>;

export const createFeedSchema = z.strictObject({
  name: z.string().trim().min(1).max(80),
  query: feedQuerySchema.default({}),
});

export const feedSchema = z.object({
  id: idSchema('feed'),
  mode: z.enum(MODES),
  name: z.string(),
  /** As it was given. */
  query: z.record(z.string(), z.unknown()),
  /** The cells it covers; null when it is everywhere. */
  cells: z.array(z.string()).nullable(),
  created_at: timeOutSchema,
});
export type Feed = z.infer<typeof feedSchema>;

export const SUBSCRIPTION_STATES = ['active', 'cancelled'] as const;
export type SubscriptionState = (typeof SUBSCRIPTION_STATES)[number];

export const createSubscriptionSchema = z.strictObject({
  feed: idSchema('feed'),
  /** `bodies`: each card that may be bought is bought, one read each, and pushed with its body. */
  deliver: z.enum(['cards', 'bodies']).default('cards'),
  /** Most it may spend in any 24 hours. Needed for `bodies`. */
  cap_per_day: amountSchema.optional(),
  /** Dearer ones come as cards; no limit when left out. */
  price_max: amountSchema.optional(),
});

export const subscriptionSchema = z.object({
  id: idSchema('subscription'),
  mode: z.enum(MODES),
  state: z.enum(SUBSCRIPTION_STATES),
  feed: idSchema('feed'),
  deliver: z.enum(['cards', 'bodies']),
  cap_per_day: amountOutSchema.nullable(),
  price_max: amountOutSchema.nullable(),
  /** In the last 24 hours. */
  spent: amountOutSchema,
  available_actions: z.array(z.object({ action: z.string(), method: z.string(), path: z.string() })),
  created_at: timeOutSchema,
});
export type Subscription = z.infer<typeof subscriptionSchema>;

/** Why a subscription to bodies sent a card alone: what the read was refused with, or a limit of the subscription itself. */
export const UNPAID_REASONS = [
  'insufficient_funds',
  'spend_cap_exceeded',
  'account_frozen',
  'price_above_max',
  'cap_per_day_reached',
  'subscription_cancelled',
] as const;
export type UnpaidReason = (typeof UNPAID_REASONS)[number];

/** One event of a stream with a subscription to bodies: the body, or why it was not bought. Never neither. */
export const unpaidSchema = z.object({ card: cardSchema, body: z.null(), unpaid: z.enum(UNPAID_REASONS) });
