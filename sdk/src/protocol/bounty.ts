import { z } from 'zod';
import { areaSchema } from './area.js';
import { criteriaSchema } from './criteria.js';
import { addressSchema, escrowEntrySchema } from './escrow.js';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { CURRENCIES, amountOutSchema, positiveAmountSchema } from './money.js';
import { timeOutSchema, timeSchema } from './time.js';

export const BOUNTY_KINDS = ['photo', 'video', 'reading'] as const;
export const PURPOSES = ['weather', 'traffic', 'retail', 'civic', 'markets', 'other'] as const;
export const BOUNTY_STATES = ['draft', 'open', 'suspended', 'closing', 'closed'] as const;
export type BountyState = (typeof BOUNTY_STATES)[number];
export const BOUNTY_OUTCOMES = ['filled', 'expired', 'cancelled', 'refused'] as const;
export type BountyOutcome = (typeof BOUNTY_OUTCOMES)[number];
export const RESERVATION_STATES = ['active', 'submitted', 'released', 'lapsed'] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

const price = z.discriminatedUnion('schedule', [
  z.strictObject({ schedule: z.literal('fixed'), amount: positiveAmountSchema }),
  z.strictObject({
    schedule: z.enum(['linear', 'exponential']),
    start: positiveAmountSchema,
    cap: positiveAmountSchema,
    starts_at: timeSchema,
    ends_at: timeSchema,
  }),
  z.strictObject({
    schedule: z.literal('steps'),
    steps: z
      .array(z.strictObject({ at: timeSchema, amount: positiveAmountSchema }))
      .min(1)
      .max(50),
    cap: positiveAmountSchema,
  }),
]);

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
  price,
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
  purpose: z.enum(PURPOSES).default('other'),
});
/** What an agent writes. */
export type BountyTermsInput = z.input<typeof bountyTermsSchema>;
/** What the server works with: defaults filled, amounts in micros, times in epoch milliseconds. */
export type BountyTerms = z.output<typeof bountyTermsSchema>;

export const createBountySchema = bountyTermsSchema.extend({
  /** Fund at once from the prepaid balance. `false` leaves a draft. */
  fund: z.boolean().default(true),
});
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

/** What a card processor takes of an amount, and what that is of it, in percent. */
const processorCostSchema = z.object({ amount: amountOutSchema, cost: amountOutSchema, percent: z.string() });

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
  currency: z.enum(CURRENCIES),
  slots: z.object({ quantity: z.int(), reserved: z.int(), settled: z.int(), free: z.int() }),
  /** Only for the requester: what its hold account still carries. */
  held: amountOutSchema.nullable(),
  /** Only for the requester, on the stablecoin rail: what to sign, and how far it is. */
  escrow: escrowEntrySchema.nullable(),
  created_at: timeOutSchema,
});
export type Bounty = z.infer<typeof bountySchema>;

export const searchBountiesSchema = z.strictObject({
  near: z
    .string()
    .regex(/^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?$/, 'expected lat,lng')
    .optional(),
  radius_m: z.coerce.number().min(1).max(100_000).default(5_000),
  kind: z.enum(BOUNTY_KINDS).optional(),
  state: z.enum(BOUNTY_STATES).optional(),
  mine: z.enum(['true', 'false']).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(200).optional(),
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
