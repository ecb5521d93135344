import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Fault, Point } from './points.js';

/** What a run of rounds has found so far. */
export interface RailTally {
  seed: number;
  /** Rounds played, by `point#seed`; true for those without a fault. */
  rounds: Record<string, boolean>;
  /** Rounds in which a process was killed at the point. */
  kills: number;
  by_point: Partial<Record<Point, number>>;
  /** Rounds in which it happened. */
  by_fault: Partial<Record<Fault, number>>;
  entries: number;
  captures: number;
  turns: number;
  /** Outages that lasted a minute by the clock on the wall. */
  full_outages: number;
  /** What was wrong, in words, with the round that it was wrong in. */
  faults: string[];
}

/** The tally kept in `file`, or a new one. A kept one keeps its own seed. */
export async function readTally(file: string, seed: number): Promise<RailTally> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as RailTally;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const counts = { kills: 0, entries: 0, captures: 0, turns: 0, full_outages: 0 };
  return { seed, rounds: {}, by_point: {}, by_fault: {}, ...counts, faults: [] };
}

/** Whole or not at all: the drill itself may be killed. */
export async function keepTally(file: string, tally: RailTally): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(tally, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
