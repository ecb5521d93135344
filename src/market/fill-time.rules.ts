import { FILLS_MIN } from './price.buckets.js';

interface TimedFill {
  readonly opened_at: number;
  readonly filled_at: number;
}

/** How long slots took from the opening of their bounty to an accepted capture, in whole seconds; null below `FILLS_MIN`. */
export function fillTimesOf(fills: readonly TimedFill[]): { p50: number; p90: number; fills: number } | null {
  if (fills.length < FILLS_MIN) return null;
  const waits = fills
    .map(({ opened_at, filled_at }) => Math.round((filled_at - opened_at) / 1_000))
    .sort((a, b) => a - b);
  return { p50: quantile(waits, 0.5), p90: quantile(waits, 0.9), fills: waits.length };
}

/** The smallest value that at least this share of the sorted values do not pass. */
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.ceil(share * sorted.length) - 1]!;
