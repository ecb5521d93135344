import { z } from 'zod';
import { areaSchema } from './area.js';
import { BOUNTY_KINDS, lifecycleShape } from './bounty.js';
import { listQuerySchema } from './event.js';
import { idSchema } from './ids.js';
import { CURRENCIES, amountOutSchema, positiveAmountSchema } from './money.js';
import { timeOutSchema, timeSchema } from './time.js';

export const OFFER_STATES = ['active', 'withdrawn', 'expired'] as const;
export type OfferState = (typeof OFFER_STATES)[number];
export const INVITATION_STATES = ['open', 'confirmed', 'declined', 'lapsed', 'withdrawn'] as const;
export type InvitationState = (typeof INVITATION_STATES)[number];
export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Most cells of resolution 7 an offer names: about the largest circle. */
const OFFER_CELLS_MAX = 2_000;
/** Most active offers of one contributor. */
export const OFFERS_MAX = 20;
/** Longest life of an offer: 90 days. Whoever forgot it is asked no more. */
export const OFFER_S_MAX = 90 * 86_400;
const NO_GO_MAX = 20;
const ACTIVE_MAX = 10;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected hours and minutes, e.g. 17:00');

/** When an offer stands, by the clock of a place. An `until` that is not later than `from` is on the next day. */
export const hoursSchema = z
  .strictObject({
    /** IANA name, e.g. `Asia/Tokyo`. */
    time_zone: z.string().min(1).max(64),
    /** Days on which `from` lies; every day when left out. */
    weekdays: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(WEEKDAYS.length)
      .default([...WEEKDAYS]),
    from: clockTime,
    until: clockTime,
  })
  .refine(({ from, until }) => from !== until, {
    message: 'is when it starts; leave hours out for the whole day',
    path: ['until'],
  });
export type Hours = z.output<typeof hoursSchema>;

export const createOfferSchema = z
  .strictObject({
    /** Where: a circle or a GeoJSON polygon. */
    area: areaSchema.optional(),
    /** Where, instead of `area`: H3 cells of resolution 7. */
    cells: z
      .array(z.string().regex(/^87[0-9a-f]{13}$/, 'expected an H3 cell of resolution 7'))
      .min(1)
      .max(OFFER_CELLS_MAX)
      .optional(),
    /** Where never: work whose area touches one of these is not told. */
    no_go: z.array(areaSchema).max(NO_GO_MAX).default([]),
    kinds: z.array(z.enum(BOUNTY_KINDS)).min(1).max(BOUNTY_KINDS.length),
    /** When; always when left out. */
    hours: hoursSchema.optional(),
    /** The least a slot must pay. */
    price_min: positiveAmountSchema,
    currency: z.enum(CURRENCIES).default('USD'),
    rail: z.enum(['balance', 'stablecoin']).default('balance'),
    valid_until: timeSchema,
    /** Reserve at once, without asking. */
    auto_confirm: z.boolean().default(false),
    /** Most open invitations and active reservations by this offer at once. */
    active_max: z.int().min(1).max(ACTIVE_MAX).default(1),
  })
  .refine(({ area, cells }) => (area === undefined) !== (cells === undefined), {
    message: 'give an area or cells, one of them',
    path: ['area'],
  });

export const offerSchema = z.object({
  id: idSchema('offer'),
  ...lifecycleShape,
  state: z.enum(OFFER_STATES),
  /** As it was given; null when cells were. */
  area: areaSchema.nullable(),
  /** The H3 cells of resolution 7 that it covers. */
  cells: z.array(z.string()),
  no_go: z.array(areaSchema),
  kinds: z.array(z.enum(BOUNTY_KINDS)),
  /** Null: always. */
  hours: hoursSchema.nullable(),
  price_min: amountOutSchema,
  currency: z.enum(CURRENCIES),
  rail: z.enum(['balance', 'stablecoin']),
  valid_until: timeOutSchema,
  auto_confirm: z.boolean(),
  active_max: z.int(),
  created_at: timeOutSchema,
});
export type Offer = z.infer<typeof offerSchema>;

export const invitationSchema = z.object({
  id: idSchema('invitation'),
  bounty_id: idSchema('bounty'),
  offer_id: idSchema('offer'),
  ...lifecycleShape,
  state: z.enum(INVITATION_STATES),
  /** The price at which the two met. The reservation has the price of its own moment, which is never lower than `price_min` of the offer. */
  price: amountOutSchema,
  currency: z.enum(CURRENCIES),
  /** Set once confirmed. */
  reservation_id: idSchema('reservation').nullable(),
  /** The code of the refusal that ended an automatic confirmation; null otherwise. */
  refusal: z.string().nullable(),
  created_at: timeOutSchema,
});
export type Invitation = z.infer<typeof invitationSchema>;

export const listOffersSchema = listQuerySchema.extend({ state: z.enum(OFFER_STATES).optional() });
export const listInvitationsSchema = listQuerySchema.extend({ state: z.enum(INVITATION_STATES).optional() });

/** Of resolution 5, edge about 9 km: the only cells the public market is told by, so that no two answers overlap. */
const coarseCell = z.string().regex(/^85[0-9a-f]{13}$/, 'expected an H3 cell of resolution 5');

export const bookQuerySchema = z.strictObject({
  cell: coarseCell,
  kind: z.enum(BOUNTY_KINDS),
  currency: z.enum(CURRENCIES).default('USD'),
});

export const bookSchema = z.object({
  cell: z.string(),
  kind: z.enum(BOUNTY_KINDS),
  currency: z.enum(CURRENCIES),
  at: timeOutSchema,
  /** Open bounties whose area touches the cell, by their price now, dearest first; the 100 dearest levels. */
  bids: z.array(z.object({ price: amountOutSchema, bounties: z.int(), slots_free: z.int() })),
  /**
   * How many independent contributors stand ready for at most a price, by fixed bands. Each step stands for at least 3 more of them, and counts
   * are rounded down to multiples of 3: so the list is empty below 3, and no two answers differ by one person's ask.
   */
  asks: z.array(z.object({ price_max: amountOutSchema, contributors_min: z.int() })),
  /** The last slot that was filled here; null below 3 fills in 30 days. */
  last: z.object({ price: amountOutSchema, hour: timeOutSchema }).nullable(),
  /** From the opening of a bounty to an accepted capture of it, in seconds, over 30 days; null below 3 fills. */
  fill_time_s: z.object({ p50: z.int(), p90: z.int(), fills: z.int() }).nullable(),
});
export type Book = z.infer<typeof bookSchema>;

export const pricesQuerySchema = bookQuerySchema.extend(listQuerySchema.shape);

export const priceBucketSchema = z.object({
  /** Whole hours, UTC. A bucket grows by hours until it holds 3 fills; then it is shown, and never changes. */
  from: timeOutSchema,
  until: timeOutSchema,
  fills: z.int().min(3),
  min: amountOutSchema,
  /** The lower of the two middle ones for an even number of fills. */
  median: amountOutSchema,
  max: amountOutSchema,
  volume: amountOutSchema,
});
export type PriceBucket = z.infer<typeof priceBucketSchema>;
