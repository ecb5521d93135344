import { readFile, rename, writeFile } from 'node:fs/promises';
import type { CardFailpoint } from '../../../src/payments/stripe/card.failpoints.js';

/** What a run of rounds has found so far. */
export interface CardTally {
  seed: number;
  /** Rounds played, by `point#seed`; true for those without a fault. */
  rounds: Record<string, boolean>;
  /** Stories played undisturbed, by seed; true for those without a fault. */
  undisturbed: Record<string, boolean>;
  /** Seeds with which a process was killed at the point. */
  by_point: Partial<Record<CardFailpoint, number[]>>;
  /** What was wrong, in words, with the round that it was wrong in. */
  faults: string[];
}

/** The tally kept in `file`, or a new one. A kept one keeps its own seed. */
export async function readTally(file: string, seed: number): Promise<CardTally> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as CardTally;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { seed, rounds: {}, undisturbed: {}, by_point: {}, faults: [] };
}

/** Whole or not at all: the drill itself may be killed. */
export async function keepTally(file: string, tally: CardTally): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(tally, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
