import { readFile, rename, writeFile } from 'node:fs/promises';
import { STEPS, TARGETS, type Step, type Target } from './plan.js';

/** What a drill has found so far. */
export interface Tally {
  seed: number;
  kills: number;
  by_target: Record<Target, number>;
  by_step: Record<Step, number>;
  /** Kills that came before the last capture of their round was paid. */
  in_flight: number;
  /** Kills of Postgres after which the api went on by itself. */
  api_stayed: number;
  /** Captures handed in. */
  captures: number;
  /** Captures handed in that were not paid in time, or paid too little. */
  lost: number;
  /** Captures paid more than once. */
  doubled: number;
  /** Kills after which the books did not balance, a bounty stayed open, or its agent had been charged anything but its price. */
  unbalanced: number;
  /** Processes that outlived the one they belonged to. */
  orphans: number;
  /** Each of the above in words. */
  faults: string[];
}

export function faultless({ lost, doubled, unbalanced, orphans }: Tally): boolean {
  return lost + doubled + unbalanced + orphans === 0;
}

/** The tally kept in `file`, or a new one. A kept one keeps its own seed. */
export async function readTally(file: string, seed: number): Promise<Tally> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Tally;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const counts = { in_flight: 0, api_stayed: 0, captures: 0, lost: 0, doubled: 0, unbalanced: 0, orphans: 0 };
  return { seed, kills: 0, by_target: zeros(TARGETS), by_step: zeros(STEPS), ...counts, faults: [] };
}

/** Whole or not at all: the drill itself may be killed. */
export async function keepTally(file: string, tally: Tally): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(tally, null, 2)}\n`);
  await rename(`${file}.new`, file);
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
