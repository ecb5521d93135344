import type { Tier } from '@groundtruth/sdk/protocol';
import { MARGIN, NAME_COST, valueAtRiskOf } from '../../../src/feeds/observations/value-at-risk.js';
import { askOf, isAwake, isWithinReach, type Habits } from './contributor.js';
import type { Want, World } from './world.js';

/** Tiers, and how many independent captures must all agree on the lie. One signed capture is not enough for a bounty for markets. */
const RESTS_ON = { signed: [2, 3, 5], attested: [1, 2, 3, 5] } as const satisfies Partial<
  Record<Tier, readonly number[]>
>;
type Bearing = keyof typeof RESTS_ON;
const TIERS = Object.keys(RESTS_ON) as Bearing[];

/**
 * Part of forgeries that pass: docs/error-rates.md, forged whole by an enrolled key (9 of 13). Whoever owns a phone can go there and photograph
 * what was arranged: at `attested` this counts as passing.
 */
const PASSES: Readonly<Record<Bearing, number>> = { signed: 0.692, attested: 1 };
/** Names beyond which no attacker goes. */
const NAMES_MAX = 200;

export interface Safety {
  readonly tier: Bearing;
  readonly captures: number;
  /** Largest outside bet, dollars, for which every attack costs three times its expected gain; the middle over the questions of a world. */
  readonly largest_safe_bet: number;
  /** The same for a question that nobody else would apply to. */
  readonly alone: number;
  /** Cost over gain of the best attack on a bet of the published `value_at_risk_max`; null where that is 0, so that nothing should rest on it. */
  readonly cost_vs_gain: number | null;
  readonly cost_vs_gain_alone: number | null;
}

/** What attacks on the questions of a world cost and bring, at this price of a capture in micros. Slots are drawn among those who apply (docs/sortition.md). */
export function safetyOf(world: World, price: bigint): Safety[] {
  const applicants = world.wants.map((want) => applicantsOf(world, want, price));
  return TIERS.flatMap((tier) =>
    RESTS_ON[tier].map((captures) => {
      const bet = median(applicants.map((others) => largestSafeBet(tier, captures, others, price)));
      const groups = Array.from({ length: captures }, () => [{ tier, pay: price }]);
      const published = dollars(valueAtRiskOf(groups));
      const alone = largestSafeBet(tier, captures, 0, price);
      const over = (safe: number) => (published === 0 ? null : (Number(MARGIN) * safe) / published);
      return { tier, captures, largest_safe_bet: bet, alone, cost_vs_gain: over(bet), cost_vs_gain_alone: over(alone) };
    }),
  );
}

/** Honest people who would apply for a question: awake, within reach, told or looking while it is open, at this price. */
function applicantsOf({ people, looks }: World, want: Want, price: bigint): number {
  const seen = new Set(looks.filter(({ at }) => at >= want.at && at < want.closes_at).map(({ by }) => by));
  return [...seen].filter((by) => wouldApply(people[by]!, want, price)).length;
}

function wouldApply(person: Habits, { place, at, closes_at }: Want, price: bigint): boolean {
  if (person.honesty === 'fraudulent' || !(isAwake(person, at) || isAwake(person, closes_at))) return false;
  return isWithinReach(person, place, at, closes_at) && askOf(person, place, at, false) <= price;
}

/**
 * The attacker brings as many names as serve best; time to earn a reputation costs nothing here. With m of them and h others, all k slots are theirs with probability m/(m+h) ·
 * (m−1)/(m+h−1) · …, and every capture must pass. What passes is paid, which lowers the cost.
 */
function largestSafeBet(tier: Bearing, captures: number, others: number, price: bigint): number {
  const [pay, name] = [dollars(price), dollars(NAME_COST[tier])];
  let bet = Infinity;
  for (let names = captures; names <= NAMES_MAX; names++) {
    const slots = (captures * names) / (names + others);
    const cost = Math.max(0, names * name - slots * PASSES[tier] * pay);
    bet = Math.min(bet, cost / (Number(MARGIN) * chanceOf(names, others, captures) * PASSES[tier] ** captures));
  }
  return bet;
}

function chanceOf(names: number, others: number, captures: number): number {
  let chance = 1;
  for (let drawn = 0; drawn < captures; drawn++) chance *= (names - drawn) / (names + others - drawn);
  return chance;
}

const dollars = (micros: bigint): number => Number(micros) / 1e6;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
