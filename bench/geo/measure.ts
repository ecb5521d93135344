import { median } from '../report.js';
import type { NearQuery } from '../../src/bounties/near/near.order.js';
import type { Arm } from './arms.js';
import { pointAt } from './world.js';

const RADIUS_M = 2_000;
const BEST = 50;
const POINTS = 600;

/** Milliseconds of every question, slice by slice. */
export type Times<Name extends string> = Readonly<Record<Name, readonly (readonly number[])[]>>;

/**
 * Asks every arm at the same points, one point after another, the arms in turning order, so that whatever else the machine does hits all alike.
 * The first slice warms up, is not counted, and compares what the arms answer.
 * @throws {Error} when two arms answer differently.
 */
export async function ask<Name extends string>(
  arms: Readonly<Record<Name, Arm>>,
  slices: number,
): Promise<{ times: Times<Name>; found: number }> {
  const names = Object.keys(arms) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[][]])) as unknown as Record<
    Name,
    number[][]
  >;
  const found = await compareAnswers(arms);
  for (let slice = 0; slice < slices; slice++) {
    for (const name of names) times[name].push([]);
    for (let n = 0; n < POINTS; n++) {
      const query = queryAt(n);
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + n + slice) % names.length]!;
        const began = performance.now();
        await arms[name](query);
        times[name][slice]!.push(performance.now() - began);
      }
    }
  }
  return { times, found };
}

/** How much longer the slow questions of `one` take than those of `other`: the median over the slices of the ratio of p99. */
export function p99Ratio<Name extends string>(times: Times<Name>, one: Name, other: Name): number {
  return median(times[one].map((slice, i) => quantile(slice, 0.99) / quantile(times[other][i]!, 0.99)));
}

/** Medians over the slices. */
export function figuresOf<Name extends string>(times: Times<Name>, prefix = ''): Record<string, number> {
  const names = Object.keys(times) as Name[];
  return Object.fromEntries(
    names.flatMap((name) =>
      [0.5, 0.95, 0.99].map((share) => [
        `${prefix}${name}_p${share * 100}_ms`,
        median(times[name].map((slice) => quantile(slice, share))),
      ]),
    ),
  );
}

async function compareAnswers(arms: Readonly<Record<string, Arm>>): Promise<number> {
  let found = 0;
  for (let n = 0; n < POINTS; n++) {
    const answers: { name: string; ids: string[] }[] = [];
    for (const [name, arm] of Object.entries(arms)) answers.push({ name, ids: await arm(queryAt(n)) });
    const [first, ...others] = answers;
    found += first!.ids.length;
    const wrong = others.find(({ ids }) => ids.join() !== first!.ids.join());
    if (wrong) throw new Error(`${first!.name} and ${wrong.name} answer differently at ${JSON.stringify(pointAt(n))}`);
  }
  return found / POINTS;
}

function queryAt(n: number): NearQuery {
  return { mode: 'live', kind: null, point: pointAt(n), radius_m: RADIUS_M, sort: 'price', after: null, limit: BEST };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
