import { ManualClock } from '../../../src/kernel/clock.js';
import { budgetOf } from './compare.js';
import { askOf } from './contributor.js';
import { ModelEngine } from './model-engine.js';
import { play } from './play.js';
import type { Population } from './population.js';
import { worldOf, type Standing, type World } from './world.js';

/** Shades are told to a tenth of the cost; nobody asks for more than twice of it. */
const STEP = 0.1;
const SHADE_MAX = 1;
/** How many of the people of a world try another shade, one at a time. */
const TRIED_MAX = 6;

/**
 * What people with standing offers learn to ask above what they would go for, where prices rise and they are paid the price that meets them: the least
 * shade of which one person alone gains nothing by asking a tenth of the cost more. Each of some tries it while all others stay. By the gains of all
 * who tried, over these seeds.
 */
export async function bestShade(population: Population, seeds: readonly number[], standing: Standing): Promise<number> {
  for (let tenths = 0; tenths * STEP < SHADE_MAX; tenths++) {
    const shade = tenths / 10;
    let more = 0n;
    for (const seed of seeds)
      more += await gainedBy((tenths + 1) / 10, worldOf(population, seed, 1, { ...standing, shade }));
    if (more <= 0n) return shade;
  }
  return SHADE_MAX;
}

/** What those who tried this shade gained by it, each alone, in micros. */
async function gainedBy(shade: number, world: World): Promise<bigint> {
  const before = await gainsIn(world);
  const tried = world.people
    .flatMap(({ rings, honesty }, by) => (rings > 0 && honesty === 'honest' ? [by] : []))
    .slice(0, TRIED_MAX);
  let gained = 0n;
  for (const by of tried) {
    const people = world.people.map((person, n) => (n === by ? { ...person, hold_out: shade } : person));
    gained += (await gainsIn({ ...world, people })).get(by)! - before.get(by)!;
  }
  return gained;
}

/** What each of the people earned above the least they would have gone for. */
async function gainsIn(world: World): Promise<Map<number, bigint>> {
  const { asked } = await play(world, { name: 'rising' }, budgetOf(world), new ModelEngine(new ManualClock(0)));
  const gains = new Map(world.people.map((_, by) => [by, 0n]));
  for (const { want, holds } of asked)
    for (const { by, price, from } of holds.filter(({ accepted }) => accepted))
      gains.set(by, gains.get(by)! + price - askOf(world.people[by]!, world.wants[want]!.place, from, false));
  return gains;
}
