/** A share with how sure it is. */
export interface Rate {
  readonly hits: number;
  readonly of: number;
  /** Share, 0 to 1; null when nothing was tried. */
  readonly rate: number | null;
  /** Bounds of the Wilson score interval at 95 %: right for few trials and for shares near 0 or 1 too. */
  readonly low: number;
  readonly high: number;
}

/** The 97.5th percentile of the normal distribution. */
const Z = 1.959964;

export function rateOf(hits: number, of: number): Rate {
  if (of === 0) return { hits, of, rate: null, low: 0, high: 1 };
  const share = hits / of;
  const middle = share + Z ** 2 / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  const scale = 1 + Z ** 2 / of;
  return {
    hits,
    of,
    rate: share,
    low: Math.max(0, (middle - spread) / scale),
    high: Math.min(1, (middle + spread) / scale),
  };
}
