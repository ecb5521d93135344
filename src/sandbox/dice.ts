import { createHash } from 'node:crypto';

/** Numbers that follow from a seed alone, so that a simulation that is begun again draws the same. */
export interface Dice {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number;
  /** One of them; there must be one. */
  pick<T>(from: readonly T[]): T;
}

const WORD = 4;
const WORDS = 8;

/** Dice of a seed: SHA-256 of the seed and a counter. Nothing secret comes from them. */
export function diceOf(seed: string): Dice {
  let drawn = 0;
  let block = Buffer.alloc(0);
  const next = (): number => {
    const word = drawn++ % WORDS;
    if (word === 0) block = createHash('sha256').update(`${seed}:${drawn}`).digest();
    return block.readUInt32BE(word * WORD) / 2 ** 32;
  };
  const whole = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return { next, whole, pick: (from) => from[whole(0, from.length - 1)]! };
}
