import { randomOf } from '../support/random.js';

/** Choices for one hostile file: the same numbers, the same choices. */
export class Dice {
  private readonly random: () => number;

  constructor(...numbers: readonly number[]) {
    this.random = randomOf(...numbers);
  }

  /** A whole number from 0 up to `end`, which is left out; 0 for an empty range. */
  below(end: number): number {
    return Math.floor(this.random() * Math.max(0, end));
  }

  /** @throws {RangeError} for nothing to choose from. */
  of<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new RangeError('there is nothing to choose from');
    return choices[this.below(choices.length)]!;
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
