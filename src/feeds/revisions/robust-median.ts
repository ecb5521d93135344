/** How far two readings may differ and still be the same, as a share of the larger; and from their median, as a share of it. Published in docs/agreement.md. */
export const READING_TOLERANCE = 0.05;
/** Scaled by this, the median of the distances is the standard deviation of what is spread normally. */
const MAD_TO_DEVIATION = 1.4826;
/** From so many of those on, a value is an outlier. */
const OUTLIER_DEVIATIONS = 3;

export interface RobustMedian {
  /** The value in the middle, as it was taken; of two, the lower. */
  readonly median: number;
  /** The median distance from it. */
  readonly mad: number;
  /** Up to this distance a value says the same: `READING_TOLERANCE` of the median. */
  readonly tolerance: number;
  /** Beyond this distance, the larger of the tolerance and three deviations, a value is an outlier. */
  readonly outlier_beyond: number;
}

/**
 * The middle of some values, and how far around it they agree. As long as fewer than half of them are wrong, however much, the median lies
 * among the right ones. Null for none.
 */
export function robustMedian(values: readonly number[]): RobustMedian | null {
  const median = middle(values);
  if (median === null) return null;
  const mad = middle(values.map((value) => Math.abs(value - median)))!;
  const tolerance = READING_TOLERANCE * Math.abs(median);
  return { median, mad, tolerance, outlier_beyond: Math.max(tolerance, OUTLIER_DEVIATIONS * MAD_TO_DEVIATION * mad) };
}

function middle(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? null;
}
