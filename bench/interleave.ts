import { median } from './report.js';

/** One way of doing the work. */
export interface Contender {
  /** Works for about `ms` milliseconds and answers how many units it finished. */
  work(ms: number): Promise<number>;
}

/** Units a second of each contender, slice by slice. */
export type Slices<Name extends string> = Readonly<Record<Name, readonly number[]>>;

/**
 * Lets contenders take turns, so that whatever else the machine does hits all of them alike. The first round warms up and is not counted; the
 * order turns round by round.
 */
export async function interleave<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  { rounds, slice_ms }: { rounds: number; slice_ms: number },
): Promise<Slices<Name>> {
  const names = Object.keys(contenders) as Name[];
  const slices = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round <= rounds; round++) {
    for (const name of round % 2 ? names : [...names].reverse()) {
      const began = performance.now();
      const units = await contenders[name].work(slice_ms);
      if (round > 0) slices[name].push((units * 1_000) / (performance.now() - began));
    }
  }
  return slices;
}

/** How many times faster `one` was than `other`: the median over the rounds, each compared with its neighbour in time. */
export function ratioOf<Name extends string>(slices: Slices<Name>, one: Name, other: Name): number {
  return median(slices[one].map((speed, round) => speed / slices[other][round]!));
}

/** Runs `step` in `callers` loops at once until the time is over, and answers the sum of what the steps answered. */
export async function inParallel(
  callers: number,
  ms: number,
  step: (caller: number) => Promise<number>,
): Promise<number> {
  const end = performance.now() + ms;
  let units = 0;
  const loop = async (caller: number): Promise<void> => {
    while (performance.now() < end) {
      const done = await step(caller); // On a line of its own: `units += await …` would read `units` before it waits.
      units += done;
    }
  };
  await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)));
  return units;
}
