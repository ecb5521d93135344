import { LEVEL_LOWER_BOUNDS, REPUTATION_LEVELS, type Estimate, type ReputationLevel } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { betaQuantile } from './beta.js';
import { outcomeOf, type Measure } from './outcome.weights.js';

/** One good and one bad outcome, that is every rate equally likely (Jøsang and Ismail, The Beta Reputation System, 2002). */
export const PRIOR = { good: 1, bad: 1 } as const;
/** Probability that the rate lies in the interval shown: one in twenty lies below its lower end. */
export const INTERVAL = 0.9;
/**
 * Most that all outcomes with one other person weigh together. With it `trusted`, which takes thirteen, needs three persons that cannot be
 * seen to be one: what a friend can give is bounded.
 */
export const PAIR_WEIGHT_MAX = 5;
/** After this many half-lives an outcome weighs under 0.03 %, and is not read any more. */
export const HALF_LIVES_COUNTED = 12;
/** Decimals that are shown. */
const DECIMALS = 4;

/** One outcome, with whom it was. */
export interface Seen {
  readonly kind: string;
  readonly at: Instant;
  /** Cluster of the other party; null when it was with nobody in particular. */
  readonly counterpart: string | null;
  /** Whether the other party, or anybody who paid, is the same person as far as can be seen. */
  readonly linked: boolean;
}

/**
 * What a measure comes to at an instant. Outcomes decay by half each half-life; nothing good comes of a linked party; what all outcomes
 * with one cluster weigh together is bounded. The order of the outcomes does not matter. `half_life_ms` > 0.
 */
export function estimateOf(measure: Measure, seen: readonly Seen[], now: Instant, half_life_ms: number): Estimate {
  const mass = { ...PRIOR } as { good: number; bad: number };
  for (const { good, bad } of byCounterpart(measure, seen, now, half_life_ms)) {
    mass.good += good;
    mass.bad += bad;
  }
  const tail = (1 - INTERVAL) / 2;
  const { good, bad } = mass;
  return {
    mean: rounded(good / (good + bad)),
    lower: rounded(betaQuantile(tail, good, bad)),
    upper: rounded(betaQuantile(1 - tail, good, bad)),
    effective_samples: rounded(good + bad - PRIOR.good - PRIOR.bad),
  };
}

/** The highest level whose bound both reach. */
export function levelOf(acceptance: Estimate, timeliness: Estimate): ReputationLevel {
  const lower = Math.min(acceptance.lower, timeliness.lower);
  return REPUTATION_LEVELS.findLast((level) => lower >= LEVEL_LOWER_BOUNDS[level]) ?? 'new';
}

/** Whether a contributor of one level may take what asks for another. */
export function suffices(level: ReputationLevel, asked: ReputationLevel): boolean {
  return REPUTATION_LEVELS.indexOf(level) >= REPUTATION_LEVELS.indexOf(asked);
}

function byCounterpart(measure: Measure, seen: readonly Seen[], now: Instant, half_life_ms: number) {
  const pairs = new Map<string, { good: number; bad: number }>();
  const alone = { good: 0, bad: 0 };
  for (const { kind, at, counterpart, linked } of seen) {
    const outcome = outcomeOf(measure, kind);
    if (outcome === null || (linked && outcome.side === 'good')) continue;
    const mass = counterpart === null ? alone : (pairs.get(counterpart) ?? { good: 0, bad: 0 });
    mass[outcome.side] += outcome.weight * 2 ** (-Math.max(0, now - at) / half_life_ms);
    if (counterpart !== null) pairs.set(counterpart, mass);
  }
  return [alone, ...[...pairs.values()].map(bounded)];
}

/** Good and bad shrink alike, so that a bound on the whole changes no rate. */
function bounded({ good, bad }: { good: number; bad: number }) {
  const share = Math.min(1, PAIR_WEIGHT_MAX / Math.max(good + bad, Number.MIN_VALUE));
  return { good: good * share, bad: bad * share };
}

const rounded = (value: number): number => Number(value.toFixed(DECIMALS));
