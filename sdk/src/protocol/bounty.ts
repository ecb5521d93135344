import { z } from 'zod';
import { areaSchema } from './area.js';
import { criteriaSchema } from './criteria.js';
import { addressSchema, escrowEntrySchema } from './escrow.js';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { CURRENCIES, amountOutSchema, amountSchema } from './money.js';
import { gatheringSchema, gatheringTermsSchema } from './pledge.js';
import { priceScheduleSchema } from './price-schedule.js';
import { minReputationSchema } from './reputation.js';
import { timeOutSchema, timeSchema, waitSchema } from './time.js';

export const BOUNTY_KINDS = ['photo', 'video', 'reading'] as const;
export const PURPOSES = ['weather', 'traffic', 'retail', 'civic', 'markets', 'other'] as const;
export const REQUESTER_CLASSES = ['person', 'company', 'press', 'research', 'public_body', 'trader'] as const;
export const BOUNTY_STATES = ['draft', 'open', 'suspended', 'closing', 'closed'] as const;
export type BountyState = (typeof BOUNTY_STATES)[number];
export const BOUNTY_OUTCOMES = ['filled', 'expired', 'cancelled', 'refused'] as const;
export type BountyOutcome = (typeof BOUNTY_OUTCOMES)[number];
export const RESERVATION_STATES = ['active', 'submitted', 'released', 'lapsed'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** A share between 0.25 and 1 with at most four decimals, as text, so that it never becomes a float. */
const absenceShare = z
  .string()
  .regex(/^(?:1(?:\.0{1,4})?|0\.(?:2[5-9]|[3-9][0-9]|[3-9])[0-9]{0,2})$/, 'expected a share from "0.25" to "1"');

export const QUANTITY_MAX = 1_000;
/** Longest window of a bounty: 31 days. */
export const WINDOW_S_MAX = 31 * 86_400;

export const bountyTermsSchema = z.strictObject({
  kind: z.enum(BOUNTY_KINDS),
  title: z.string().trim().min(3).max(120),
  instructions: z.string().trim().max(2_000).default(''),
  area: areaSchema,
  window: z.strictObject({ opens_at: timeSchema.optional(), closes_at: timeSchema }),
  /** How long after `closes_at` an upload is still taken when its seal came in time, in seconds. */
  late_upload_s: z.int().min(0).max(86_400).default(0),
  criteria: criteriaSchema,
  quantity: z.int().min(1).max(QUANTITY_MAX).default(1),
  mode: z.enum(['reserved', 'race']).default('reserved'),
  agreement: z.strictObject({ of: z.int().min(2).max(10) }).optional(),
  price: priceScheduleSchema,
  currency: z.enum(CURRENCIES).default('USD'),
  rail: z.enum(['balance', 'stablecoin']).default('balance'),
  /** Only on the stablecoin rail: the wallet that funds the escrow, and where the rest returns (by default the same). */
  payer: z.strictObject({ address: addressSchema, refund_to: addressSchema.optional() }).optional(),
  licence: z
    .strictObject({
      exclusive_s: z
        .int()
        .min(0)
        .max(30 * 86_400)
        .default(0),
      resale: z.boolean().default(true),
    })
    .default({ exclusive_s: 0, resale: true }),
  absence_share: absenceShare.default('0.5'),
  /** Who may reserve: contributors proven at least this far (docs/reputation.md). */
  min_reputation: minReputationSchema.optional(),
  purpose: z.enum(PURPOSES).default('other'),
  /** Who asks, as it says itself: shown with the purpose to whoever may take the work, and checked by nobody. Left out: it does not say. */
  requester_class: z.enum(REQUESTER_CLASSES).optional(),
  /** Only on the balance rail: others may pay for it too, until its hold is covered (docs/pledges.md). */
  pledges: gatheringTermsSchema.optional(),
});
/** What an agent writes. */
export type BountyTermsInput = z.input<typeof bountyTermsSchema>;
/** What the server works with: defaults filled, amounts in micros, times in epoch milliseconds. */
export type BountyTerms = z.output<typeof bountyTermsSchema>;

export const createBountySchema = bountyTermsSchema.extend({
  /** Fund at once from the prepaid balance. `false` leaves a draft, and so do `pledges`. */
  fund: z.boolean().default(true),
});
/** A dearer price, a later end, or both. */
export const raiseBountySchema = z
  .strictObject({
    /** Takes the place of the schedule. Its cap is at least the one before; the price never falls below what it is now. */
    price: priceScheduleSchema.optional(),
    /** Not before the end there was, and at most 31 days from now. */
    closes_at: timeSchema.optional(),
  })
  .refine(({ price, closes_at }) => price !== undefined || closes_at !== undefined, 'expected `price` or `closes_at`');
export const cancelBountySchema = z.strictObject({ reason: z.string().max(200).optional() });

export const availableActionSchema = z.strictObject({ action: z.string(), method: z.string(), path: z.string() });
export type AvailableAction = z.infer<typeof availableActionSchema>;

/** What every resource with a lifecycle tells: where it stands, until when, what silence does and what can be done now. */
export const lifecycleShape = {
  state: z.string(),
  deadline_at: timeOutSchema.nullable(),
  on_silence: z.string().nullable(),
  available_actions: z.array(availableActionSchema),
};

export const bountySchema = z.object({
  id: idSchema('bounty'),
  mode: z.enum(MODES),
  ...lifecycleShape,
  state: z.enum(BOUNTY_STATES),
  outcome: z.enum(BOUNTY_OUTCOMES).nullable(),
  /** The terms as posted. Title and instructions are text from strangers: data, never instructions to a program. */
  terms: z.record(z.string(), z.unknown()),
  untrusted_fields: z.array(z.string()),
  price_now: amountOutSchema,
  /**
   * What anyone computes the price from, at any instant t: the schedule in `terms.price`, read at `(stalled_since ?? t) − stalled_ms`, and never
   * below `floor`. The clock stands still while every slot is taken. `at`: the instant of `price_now`.
   */
  pricing: z.object({
    cap: amountOutSchema,
    floor: amountOutSchema,
    stalled_ms: z.int().min(0),
    stalled_since: timeOutSchema.nullable(),
    at: timeOutSchema,
  }),
  currency: z.enum(CURRENCIES),
  /** `waiting`: captures of a race that have no slot yet. */
  slots: z.object({ quantity: z.int(), reserved: z.int(), settled: z.int(), waiting: z.int(), free: z.int() }),
  /**
   * How far its captures agree; null where the terms ask for none. `agreeing`: independent paid captures that say the same, of the `of` that end
   * it; `differing`: those that say otherwise, paid alike; `offered`: how many slots are in use or free at once, settled ones included.
   */
  agreement: z
    .object({ of: z.int(), agreeing: z.int().min(0), differing: z.int().min(0), offered: z.int().min(1) })
    .nullable(),
  /** Only for the requester: what its hold account still carries. */
  held: amountOutSchema.nullable(),
  /** Only for the requester, on the stablecoin rail: what to sign, and how far it is. */
  escrow: escrowEntrySchema.nullable(),
  /** How far its pledges are; null for a bounty that takes none, and for contributors. */
  pledges: gatheringSchema.nullable(),
  created_at: timeOutSchema,
});
export type Bounty = z.infer<typeof bountySchema>;

/** Orders of a search near a point. `price`: the most a slot can come to cost, dearest first; `distance`: to the middle of the area, nearest first. */
export const BOUNTY_SORTS = ['newest', 'price', 'distance'] as const;
export type BountySort = (typeof BOUNTY_SORTS)[number];

export const searchBountiesSchema = z.strictObject({
  near: z
    .string()
    .regex(/^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?$/, 'expected lat,lng')
    .optional(),
  radius_m: z.coerce.number().min(1).max(100_000).default(5_000),
  kind: z.enum(BOUNTY_KINDS).optional(),
  state: z.enum(BOUNTY_STATES).optional(),
  mine: z.enum(['true', 'false']).optional(),
  /** Only those whose slot costs this or more now; a page may then be shorter than its limit. */
  price_min: amountSchema.optional(),
  sort: z.enum(BOUNTY_SORTS).default('newest'),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
});

export const getBountySchema = z.strictObject({
  /** Answers once the bounty is in a state of `until`, without it in another state than when asked, or after this many seconds as it is. */
  wait_s: waitSchema,
  /** States between commas. `closed` always ends the wait. */
  until: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(BOUNTY_STATES)).max(BOUNTY_STATES.length))
    .optional(),
});

export const RELEASE_REASONS = ['unsafe', 'not_reachable', 'changed_mind', 'other'] as const;
export const createReservationSchema = z.strictObject({});
export const releaseReservationSchema = z.strictObject({ reason: z.enum(RELEASE_REASONS).default('changed_mind') });

export const reservationSchema = z.object({
  id: idSchema('reservation'),
  bounty_id: idSchema('bounty'),
  ...lifecycleShape,
  state: z.enum(RESERVATION_STATES),
  price: amountOutSchema,
  currency: z.enum(CURRENCIES),
  /** To be sealed into the manifest; the short code is for the scene when the bounty asks for it. */
  challenge: z.object({ nonce: z.string(), code: z.string(), issued_at: timeOutSchema }),
  lapses_at: timeOutSchema,
  created_at: timeOutSchema,
});
export type Reservation = z.infer<typeof reservationSchema>;
