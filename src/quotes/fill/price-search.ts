export interface PriceRange {
  /** Micros, both inclusive. */
  readonly from: bigint;
  readonly to: bigint;
  /** Answers are multiples of it, in micros. */
  readonly unit: bigint;
}

/**
 * The least price of the range, in whole units, at which the probability reaches what is wanted; null when none does. `probabilityAt` must never
 * fall as the price rises.
 */
export function leastPrice(
  { from, to, unit }: PriceRange,
  wanted: number,
  probabilityAt: (price: bigint) => number,
): bigint | null {
  let below = (from + unit - 1n) / unit - 1n;
  let reached = to / unit;
  if (reached <= below || probabilityAt(reached * unit) < wanted) return null;
  while (reached - below > 1n) {
    const middle = (below + reached) / 2n;
    if (probabilityAt(middle * unit) >= wanted) reached = middle;
    else below = middle;
  }
  return reached * unit;
}
