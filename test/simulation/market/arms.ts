import { capOf, mulCeil, type PriceSchedule } from '@groundtruth/sdk/protocol';
import { randomOf } from '../../support/random.js';
import type { Want } from './world.js';

/** How an agent sets the price of a question. */
export type Arm =
  | { readonly name: 'fixed'; readonly price: bigint }
  | { readonly name: 'rising' }
  /** Any price, to learn from: by chance fixed or rising. */
  | { readonly name: 'exploring'; readonly seed: number };

/** What an agent knows of its money when a question comes, in micros. */
export interface Means {
  readonly budget: bigint;
  /** What was paid, and what open questions may still come to cost. */
  readonly spent: bigint;
  readonly committed: bigint;
  /** How many questions came before this one, and how many there will be in all. */
  readonly before: number;
  readonly questions: number;
}

/** The geometric middle of what GetterDone takes for a bounty, 1 to 100 dollars: what one would quote who knows nothing of a place. */
export const QUOTED = 10_000_000n;
/** Where a rising price begins: the least of that range. */
const START = 1_000_000n;
/** The most that a capture signed by a software key may earn by default (`SIGNED_VALUE_MAX`). */
const SIGNED_VALUE_MAX = 20_000_000n;
/** `FEE_BPS` by default. */
const FEE_BPS = 1_000n;
const BASIS_POINTS = 10_000n;
/** The first cap is so many times the even share of the money; then each is a twentieth above the one before, or as much below. */
const CAP_OVER_SHARE = 2n;
const STEP = { up: 21n, down: 20n };
/** Of what is not decided yet about so much will be spent; and money is spent so much ahead of the questions, since the last fill late. */
const [PENDING_PERCENT, AHEAD_PERCENT] = [30n, 120n];
/** The part of the window after which a price has reached its cap, so that there is time left to go at it. */
const RISES_FOR = 0.5;

/** What price plus fee comes to, in micros. */
export const withFee = (price: bigint): bigint => price + mulCeil(price, FEE_BPS, BASIS_POINTS);

/** The same of a price below its cap: the fee is the same part of the cap's fee, rounded up. */
export function costOf(price: bigint, schedule: PriceSchedule): bigint {
  const cap = capOf(schedule);
  return price + mulCeil(withFee(cap) - cap, price, cap);
}

/** An agent that asks one question after another. */
export class Pricing {
  private cap: bigint | null = null;

  constructor(private readonly arm: Arm) {}

  /** The schedule of a question; null when it is worth less than it would cost, or nothing is left. Nobody offers more than knowing is worth. */
  scheduleOf(want: Want, means: Means): PriceSchedule | null {
    const { arm } = this;
    const most = least(want.value, SIGNED_VALUE_MAX, affordable(means.budget - means.spent - means.committed));
    if (arm.name === 'fixed') return arm.price <= most ? { schedule: 'fixed', amount: arm.price } : null;
    if (arm.name === 'exploring') return exploring(want, randomOf(arm.seed, means.before));
    this.cap = this.paced(means);
    const cap = least(most, this.cap);
    return cap < START ? null : { schedule: 'linear', start: START, cap, ...risesIn(want) };
  }

  /**
   * Money is paced as advertising budgets are: who has spent less than the part of the questions that have come raises its caps, who has
   * spent more lowers them.
   */
  private paced({ budget, spent, committed, before, questions }: Means): bigint {
    if (this.cap === null) return affordable((budget * CAP_OVER_SHARE) / BigInt(questions));
    const due = (budget * BigInt(before) * AHEAD_PERCENT) / (BigInt(questions) * 100n);
    const behind = spent + (committed * PENDING_PERCENT) / 100n < due;
    const cap = behind ? (this.cap * STEP.up) / STEP.down : (this.cap * STEP.down) / STEP.up;
    return cap < START ? START : least(cap, SIGNED_VALUE_MAX);
  }
}

/** Between 2 and 20 dollars, fixed or doubling, whatever it is worth. */
function exploring(want: Want, random: () => number): PriceSchedule {
  const amount = BigInt(Math.round(1e6 * 2 * 10 ** random()));
  if (random() < 0.5) return { schedule: 'fixed', amount };
  return { schedule: 'linear', start: amount / 2n, cap: amount, ...risesIn(want) };
}

function risesIn({ at, closes_at }: Want): { starts_at: number; ends_at: number } {
  return { starts_at: at, ends_at: at + Math.floor((closes_at - at) * RISES_FOR) };
}

/** The highest price whose fee is covered too. */
function affordable(left: bigint): bigint {
  const price = (left * BASIS_POINTS) / (BASIS_POINTS + FEE_BPS);
  return withFee(price) <= left ? price : price - 1n;
}

const least = (...amounts: bigint[]): bigint => amounts.reduce((a, b) => (a < b ? a : b));
