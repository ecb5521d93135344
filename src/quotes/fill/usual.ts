/** A fill as far as later bounties nearby look at it. */
export interface PastFill {
  readonly contributor: string;
  /** Micros. */
  readonly price: bigint;
}

/** As if so many fills at the median of all had been seen in every cell: a cell with few stays near it. */
const PRIOR_FILLS = 4;

/**
 * The usual price of a cell in micros: the median of what was filled there, drawn towards the median of everywhere as long as it is few.
 * Null when nothing was filled anywhere.
 */
export function usualPrice(here: readonly bigint[], everywhere: readonly bigint[]): bigint | null {
  const all = medianLog(everywhere);
  const local = medianLog(here) ?? all;
  if (local === null) return null;
  const log = (local * here.length + (all ?? local) * PRIOR_FILLS) / (here.length + PRIOR_FILLS);
  return BigInt(Math.max(1, Math.round(Math.exp(log))));
}

function medianLog(prices: readonly bigint[]): number | null {
  if (prices.length === 0) return null;
  const logs = prices.map((price) => Math.log(Number(price))).sort((a, b) => a - b);
  const middle = (logs.length - 1) / 2;
  return (logs[Math.floor(middle)]! + logs[Math.ceil(middle)]!) / 2;
}
