import { assert } from '../../kernel/assert.js';

const MICROS_PER_CENT = 10_000n;

/** The one currency of the card rail, as Stripe writes it. An amount in another one is never counted as dollars. */
export const CURRENCY = 'usd';

/** Stripe counts cents, we count micros: 12.34 dollars are 1234 there and 12340000n here. */
export const microsOf = (cents: number): bigint => BigInt(cents) * MICROS_PER_CENT;

/** Whole cents only. @throws {AssertionFailed} for an amount with a part of a cent. */
export function centsOf(micros: bigint): number {
  assert(micros % MICROS_PER_CENT === 0n, `${micros} micros are no whole cents`);
  return Number(micros / MICROS_PER_CENT);
}

/** The whole cents in an amount; what is less than one is left out. */
export const floorCents = (micros: bigint): number => Number(micros / MICROS_PER_CENT);
