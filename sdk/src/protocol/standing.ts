import { z } from 'zod';
import { bountyTermsSchema, lifecycleShape, WINDOW_S_MAX } from './bounty.js';
import { listQuerySchema } from './event.js';
import { feedQuerySchema } from './feed.js';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { amountOutSchema, positiveAmountSchema } from './money.js';
import { STEPS_MAX } from './price-schedule.js';
import { timeOutSchema, timeSchema } from './time.js';

export const STANDING_STATES = ['active', 'paused', 'ended'] as const;
export type StandingState = (typeof STANDING_STATES)[number];

/** Why one ended: its requester said so, its time was over, policy refused or held too many runs in a row, or the key that made it is revoked. */
export const STANDING_END_REASONS = ['requester', 'ends_at', 'policy', 'key_revoked'] as const;
export type StandingEndReason = (typeof STANDING_END_REASONS)[number];

/** Why a run posted nothing (docs/standing.md). */
export const STANDING_SKIP_REASONS = [
  'missed',
  'cooldown',
  'max_open',
  'budget',
  'policy',
  'quote_unreachable',
  'spend_cap',
  'insufficient_funds',
  'account_frozen',
] as const;
export type StandingSkipReason = (typeof STANDING_SKIP_REASONS)[number];

/** Most of one agent that have not ended. */
export const STANDING_MAX = 100;
/** The shortest time between two runs, and the shortest quiet after an observation that was answered, in seconds. */
export const STANDING_EVERY_S_MIN = 60;

const after_s = z.int().min(0).max(WINDOW_S_MAX);
const ramp = {
  start: positiveAmountSchema,
  cap: positiveAmountSchema,
  starts_after_s: after_s.default(0),
  ends_after_s: after_s,
};
const isRamp = (ramp: { start: bigint; cap: bigint; starts_after_s: number; ends_after_s: number }) =>
  ramp.cap >= ramp.start && ramp.ends_after_s > ramp.starts_after_s;
const RAMP = 'expected a price that does not fall: `cap` at least `start`, and `ends_after_s` after `starts_after_s`';
const steps = z
  .array(z.strictObject({ after_s, amount: positiveAmountSchema }))
  .min(1)
  .max(STEPS_MAX)
  .refine(
    (steps) =>
      steps.every(
        ({ after_s, amount }, i) => i === 0 || (after_s > steps[i - 1]!.after_s && amount >= steps[i - 1]!.amount),
      ),
    'expected steps in order of time, none lower than the one before',
  );

/** A price schedule whose times count from the opening of each bounty, in seconds. */
export const standingPriceSchema = z.discriminatedUnion('schedule', [
  z.strictObject({ schedule: z.literal('fixed'), amount: positiveAmountSchema }),
  z.strictObject({ schedule: z.literal('linear'), ...ramp }).refine(isRamp, RAMP),
  z.strictObject({ schedule: z.literal('exponential'), ...ramp }).refine(isRamp, RAMP),
  z
    .strictObject({ schedule: z.literal('steps'), steps, cap: positiveAmountSchema })
    .refine(({ steps, cap }) => steps.at(-1)!.amount <= cap, 'expected a `cap` that no step passes'),
]);
export type StandingPrice = z.output<typeof standingPriceSchema>;

/** The terms of each bounty: those of `POST /v1/bounties` without what holds for one only. On the balance rail, which needs no signature. */
export const standingTemplateSchema = bountyTermsSchema
  .omit({ window: true, price: true, rail: true, payer: true, pledges: true, currency: true })
  .extend({
    price: standingPriceSchema,
    /** How long each bounty is open, in seconds. */
    open_for_s: z.int().min(60).max(WINDOW_S_MAX),
  });
export type StandingTemplate = z.output<typeof standingTemplateSchema>;

/** What a body says that answers. `absent` needs a body that was asked: an observation that never looked for it says nothing. */
export const factConditionSchema = z.union([
  z
    .strictObject({
      reading: z.strictObject({
        quantity_kind: z.string().min(1).max(40),
        /** UCUM, as in the reading: nothing is converted. */
        unit: z.string().min(1).max(40),
        above: z.number().optional(),
        below: z.number().optional(),
      }),
    })
    .refine(
      ({ reading }) => reading.above !== undefined || reading.below !== undefined,
      'expected `reading.above` or `reading.below`',
    ),
  z.strictObject({
    object: z.strictObject({ label: z.string().min(1).max(40), is: z.enum(['present', 'absent']) }),
  }),
  z.strictObject({
    /** In any case of letters. */
    text: z.strictObject({ contains: z.string().min(1).max(200), is: z.enum(['present', 'absent']) }),
  }),
]);
export type FactCondition = z.output<typeof factConditionSchema>;

const recurringSchema = z.strictObject({
  every_s: z.int().min(STANDING_EVERY_S_MIN).max(WINDOW_S_MAX),
  /** The first; left out, now. */
  starts_at: timeSchema.optional(),
});

const triggeredSchema = z
  .strictObject({
    on: z.literal('observation'),
    /** A saved feed of yours, as its query is now. */
    feed: idSchema('feed').optional(),
    /** Or a query as of a saved feed. Neither: every card. */
    query: feedQuerySchema.optional(),
    /** Read in bodies that you funded or have bought, and in no other. Left out: the card is enough. */
    fact: factConditionSchema.optional(),
    /** Whether observations of bounties that standing bounties of yours posted count as well. */
    include_own: z.boolean().default(false),
    /** How long nothing more is posted after a bounty was, in seconds. */
    cooldown_s: z.int().min(STANDING_EVERY_S_MIN).max(WINDOW_S_MAX),
  })
  .refine(({ feed, query }) => !(feed && query), { message: 'give a feed or a query, not both', path: ['query'] });

export const standingTriggerSchema = z.union([recurringSchema, triggeredSchema]);
export type StandingTrigger = z.output<typeof standingTriggerSchema>;
export type Recurring = z.output<typeof recurringSchema>;
export type Triggered = z.output<typeof triggeredSchema>;

const max_open = z.int().min(1).max(100);

export const createStandingSchema = z.strictObject({
  template: standingTemplateSchema,
  trigger: standingTriggerSchema,
  /** Most that its bounties hold, less what came back, of all that were posted in any 24 hours. At least the hold of one. */
  budget_per_day: positiveAmountSchema,
  /** Most of its bounties that take work at once. */
  max_open: max_open.default(1),
  ends_at: timeSchema.optional(),
});

/** What is left out stays as it is. `ends_at: null`: no end of its own. */
export const changeStandingSchema = z.strictObject({
  state: z.enum(['active', 'paused']).optional(),
  budget_per_day: positiveAmountSchema.optional(),
  max_open: max_open.optional(),
  ends_at: timeSchema.nullable().optional(),
});

export const standingBountySchema = z.object({
  id: idSchema('standing_bounty'),
  mode: z.enum(MODES),
  ...lifecycleShape,
  state: z.enum(STANDING_STATES),
  end_reason: z.enum(STANDING_END_REASONS).nullable(),
  /** As it was given, defaults filled. */
  template: z.record(z.string(), z.unknown()),
  untrusted_fields: z.array(z.string()),
  trigger: z.record(z.string(), z.unknown()),
  budget_per_day: amountOutSchema,
  /** What its bounties of the last 24 hours hold or have spent. */
  committed: amountOutSchema,
  max_open: z.int(),
  /** Its bounties that take work now. */
  open: z.int().min(0),
  /** When the next bounty is due; null when an observation decides, and unless it is active. */
  next_due_at: timeOutSchema.nullable(),
  ends_at: timeOutSchema.nullable(),
  created_at: timeOutSchema,
});
export type StandingBounty = z.infer<typeof standingBountySchema>;

export const standingRunSchema = z.object({
  id: idSchema('standing_run'),
  standing_bounty_id: idSchema('standing_bounty'),
  /** The slot, or when the observation was published. */
  due_at: timeOutSchema,
  /** What set it off; null for a slot. */
  observation_id: idSchema('observation').nullable(),
  outcome: z.enum(['posted', 'skipped']),
  /** Null when it posted. */
  reason: z.enum(STANDING_SKIP_REASONS).nullable(),
  /** Null when it was skipped. */
  bounty_id: idSchema('bounty').nullable(),
  /** Slots that this row stands for: more than 1 only when so many in a row were missed. */
  slots: z.int().min(1),
  at: timeOutSchema,
});
export type StandingRun = z.infer<typeof standingRunSchema>;

export const listStandingSchema = listQuerySchema.extend({ state: z.enum(STANDING_STATES).optional() });
