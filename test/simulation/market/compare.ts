import { ManualClock } from '../../../src/kernel/clock.js';
import { QUOTED, withFee, type Arm } from './arms.js';
import { askOf, isWithinReach } from './contributor.js';
import type { Engine } from './engine.js';
import { ModelEngine } from './model-engine.js';
import { play, type Outcome } from './play.js';
import { unshaded, type World } from './world.js';

/** Prices that the best fixed one is sought among: about a sixth apart, from 1 to 20 dollars. */
const FIXED = Array.from({ length: 20 }, (_, n) => BigInt(Math.round(1e6 * 20 ** (n / 19))));

/** One way of setting prices, played once. Money in micros. */
export interface Played {
  /** Questions answered by somebody who was there. */
  readonly fills: number;
  readonly deceptions: number;
  readonly spent: bigint;
}

export interface Comparison {
  readonly budget: bigint;
  readonly quoted: Played;
  readonly best_fixed: Played & { readonly price: bigint };
  /** Rising prices with as much money as the other one spent. */
  readonly rising_for_quoted: Played;
  readonly rising_for_best_fixed: Played;
  /** The same if nobody held out for a price that is seen to rise: how much of the result rests on that assumption. On the model. */
  readonly rising_without_holding_out: Played;
}

/** How a way of setting prices is played: on the model unless said otherwise. */
export type Stage = () => Promise<Engine>;
export const onModel: Stage = () => Promise.resolve(new ModelEngine(new ManualClock(0)));

/**
 * Rising prices against the price one would quote who knows nothing, and against the one fixed price that turns out best: each with the same
 * money, people and moments; rising ones with exactly what the other spent. The best price is sought on the model. Where prices are fixed nobody with
 * offers asks more than they would go for, since they are paid the same and would only be asked later.
 */
export async function compare(world: World, stage: Stage = onModel): Promise<Comparison> {
  const budget = budgetOf(world);
  const plain = unshaded(world);
  const quoted = await playOn(stage, plain, { name: 'fixed', price: QUOTED }, budget);
  const price = await bestFixed(plain, budget);
  const best_fixed = { ...(await playOn(stage, plain, { name: 'fixed', price }, budget)), price };
  const rising = (on: Stage, of: World, money: bigint) => playOn(on, of, { name: 'rising' }, money);
  const eager = { ...world, people: world.people.map((person) => ({ ...person, hold_out: 0 })) };
  return {
    budget,
    quoted,
    best_fixed,
    rising_for_quoted: await rising(stage, world, quoted.spent),
    rising_for_best_fixed: await rising(stage, world, best_fixed.spent),
    rising_without_holding_out: await rising(onModel, eager, best_fixed.spent),
  };
}

/** A part of what every question would cost at the quoted price. */
export function budgetOf({ population, wants }: World): bigint {
  return (withFee(QUOTED) * BigInt(Math.round(population.budget_share * wants.length * 1_000))) / 1_000n;
}

/**
 * The price with the most fills; of two the one that spent less, then the lower. A price at which no more can be filled than at one that was played
 * is not played.
 */
async function bestFixed(world: World, budget: bigint): Promise<bigint> {
  const prices = FIXED.map((price) => ({ price, most: mostFills(world, price, budget) })).sort(
    (a, b) => b.most - a.most,
  );
  let best: { price: bigint; played: Played } | null = null;
  for (const { price, most } of prices) {
    if (best && most < best.played.fills) break;
    const played = await playOn(onModel, world, { name: 'fixed', price }, budget);
    if (!best || isBetter({ price, played }, best)) best = { price, played };
  }
  return best!.price;
}

interface Tried {
  readonly price: bigint;
  readonly played: Played;
}

function isBetter(a: Tried, b: Tried): boolean {
  if (a.played.fills !== b.played.fills) return a.played.fills > b.played.fills;
  return a.played.spent !== b.played.spent ? a.played.spent < b.played.spent : a.price < b.price;
}

/** No more than the money pays for, nor than are worth it to the agent and pay somebody who could be there, by day and before anything gets dearer. */
function mostFills({ wants, people }: World, price: bigint, budget: bigint): number {
  const honest = people.filter(({ honesty }) => honesty !== 'fraudulent');
  const cheapest = honest.map((person) => ({
    ...person,
    dearer: null,
    night_factor: Math.min(1, person.night_factor),
  }));
  const possible = wants.filter(
    ({ place, at, closes_at, value }) =>
      value >= price &&
      cheapest.some((one) => isWithinReach(one, place, at, closes_at) && askOf(one, place, at, false) <= price),
  );
  return Math.min(possible.length, Number(budget / withFee(price)));
}

async function playOn(stage: Stage, world: World, arm: Arm, budget: bigint): Promise<Played> {
  const engine = await stage();
  try {
    return playedOf(await play(world, arm, budget, engine));
  } finally {
    await engine.close();
  }
}

function playedOf({ asked, spent }: Outcome): Played {
  const [fills, deceptions] = [asked.filter(({ filled }) => filled), asked.filter(({ deceived }) => deceived)];
  return { fills: fills.length, deceptions: deceptions.length, spent };
}
