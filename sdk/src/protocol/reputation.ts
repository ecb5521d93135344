import { z } from 'zod';
import { idSchema } from './ids.js';
import { timeOutSchema } from './time.js';

/** How far a contributor is proven, rising. */
export const REPUTATION_LEVELS = ['new', 'proven', 'trusted'] as const;
export type ReputationLevel = (typeof REPUTATION_LEVELS)[number];

/**
 * What each level asks: the lower end of the interval of `acceptance` and of `timeliness` must both reach it. Chosen, not measured: with
 * the prior of one good and one bad outcome, 0.5 takes four accepted captures and no failure, 0.8 takes thirteen.
 */
export const LEVEL_LOWER_BOUNDS = { new: 0, proven: 0.5, trusted: 0.8 } as const satisfies Record<
  ReputationLevel,
  number
>;

/** Of bounty terms: who may reserve. */
export const minReputationSchema = z.strictObject({ level: z.enum(REPUTATION_LEVELS) });

const share = z.number().min(0).max(1);

/** A rate that is known only so well: never the mean without the interval. Shares from 0 to 1, rounded to four decimals. */
export const estimateSchema = z.object({
  mean: share,
  /** Ends of the interval in which the rate lies with probability `interval`. */
  lower: share,
  upper: share,
  /** How many recent outcomes this weighs as much as; 0: it is the prior alone. */
  effective_samples: z.number().min(0),
});
export type Estimate = z.infer<typeof estimateSchema>;

const commonShape = {
  /** Probability that the rate lies between `lower` and `upper`. */
  interval: share,
  /** Good and bad outcomes that everybody begins with. */
  prior: z.object({ good: z.number(), bad: z.number() }),
  /** Time after which an outcome weighs half, in seconds. */
  half_life_s: z.int().min(1),
  as_of: timeOutSchema,
};

export const contributorReputationSchema = z.object({
  contributor_id: idSchema('contributor'),
  level: z.enum(REPUTATION_LEVELS),
  /** Captures that were accepted. */
  acceptance: estimateSchema,
  /** Reservations that were used or given back early. */
  timeliness: estimateSchema,
  /** Disputes and appeals that went its way. */
  disputes: estimateSchema,
  ...commonShape,
});
export type ContributorReputation = z.infer<typeof contributorReputationSchema>;

export const agentReputationSchema = z.object({
  /** Null when it was asked for by a bounty: requesters are not named to contributors. */
  agent_id: idSchema('agent').nullable(),
  /** Reviews it answered by accepting, or by an objection that the operator found right. */
  reviews: estimateSchema,
  /** Disputes it opened that were upheld. */
  disputes: estimateSchema,
  /** Captures it paid, against bounties it cancelled while somebody was on the way. */
  commitments: estimateSchema,
  ...commonShape,
});
export type AgentReputation = z.infer<typeof agentReputationSchema>;

/** Fewest independent contributors that a leaderboard names; with fewer it is empty. */
export const LEADERBOARD_K_MIN = 3;
/** Most that it names. */
export const LEADERBOARD_SIZE_MAX = 20;
/** H3 resolution of its cells: an edge of about 8.5 km. */
export const LEADERBOARD_RESOLUTION = 5;

export const leaderboardQuerySchema = z.strictObject({
  /** H3 cell of resolution 5. */
  cell: z.string().regex(/^85[0-9a-f]{13}$/, 'expected an H3 cell of resolution 5'),
});

export const leaderboardSchema = z.object({
  cell: z.string(),
  /** By the lower end of `acceptance` there, best first. Only those who asked to be named. */
  data: z.array(
    z.object({
      rank: z.int().min(1),
      /** What it chose to be called (text of a stranger), or a pseudonym of this cell and month. */
      name: z.string(),
      acceptance: estimateSchema,
    }),
  ),
  untrusted_fields: z.array(z.string()),
  as_of: timeOutSchema,
});
export type Leaderboard = z.infer<typeof leaderboardSchema>;

export const joinLeaderboardSchema = z.strictObject({
  /** Null: a pseudonym that changes every month. */
  display_name: z.string().trim().min(2).max(40).nullable().default(null),
});
export const leaderboardEntrySchema = z.object({
  joined: z.boolean(),
  display_name: z.string().nullable(),
});
export type LeaderboardEntry = z.infer<typeof leaderboardEntrySchema>;

export const recomputedSchema = z.object({
  /** Captures, reservations and bounties looked at. */
  looked_at: z.int().min(0),
  /** Events that were missing, wrong or without a cause any more. 0: nothing had been lost. */
  changed: z.int().min(0),
});
