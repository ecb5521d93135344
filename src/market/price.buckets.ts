import type { Instant } from '../kernel/clock.js';

/** Fewest fills that are told together: one alone is one person's pay at one place. */
export const FILLS_MIN = 3;
const HOUR_MS = 3_600_000;

interface PricedFill {
  readonly price: bigint;
  readonly filled_at: Instant;
}

export interface PriceBucketRow {
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly fills: number;
  readonly price_min: bigint;
  readonly price_median: bigint;
  readonly price_max: bigint;
  readonly volume: bigint;
}

/** A bucket, and the fills it tells of. */
interface Bucketed<F> {
  readonly bucket: PriceBucketRow;
  readonly fills: readonly F[];
}

/**
 * Cuts the past of one ground into buckets: time goes on by whole hours until `FILLS_MIN` fills have come together, then a bucket ends and the
 * next begins. Each hour is in one bucket at most, a bucket never changes once it is there, and more fills later give the same buckets and more:
 * so no difference of two answers tells of fewer fills than `FILLS_MIN`. Fills are in order of time; those after the last full bucket wait.
 *
 * @param startsAt Where the bucket before ended; null when there is none. A fill from before it, recorded late, counts as of then.
 * @param until Hours that end later are not over.
 */
export function bucketsOf<F extends PricedFill>(
  fills: readonly F[],
  startsAt: Instant | null,
  until: Instant,
): Bucketed<F>[] {
  const buckets: Bucketed<F>[] = [];
  const at = (fill: F): Instant => Math.max(fill.filled_at, startsAt ?? fill.filled_at);
  let waiting: F[] = [];
  let starts_at = startsAt;
  for (const [index, fill] of fills.entries()) {
    const ends_at = hourOf(at(fill)) + HOUR_MS;
    if (ends_at > until) break;
    starts_at ??= hourOf(at(fill));
    waiting.push(fill);
    const next = fills[index + 1];
    if ((next && at(next) < ends_at) || waiting.length < FILLS_MIN) continue;
    buckets.push({ bucket: bucketOf(waiting, starts_at, ends_at), fills: waiting });
    waiting = [];
    starts_at = ends_at;
  }
  return buckets;
}

/** The start of the hour, UTC. */
export const hourOf = (at: Instant): Instant => Math.floor(at / HOUR_MS) * HOUR_MS;

function bucketOf(fills: readonly PricedFill[], starts_at: Instant, ends_at: Instant): PriceBucketRow {
  const prices = fills.map(({ price }) => price).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    starts_at,
    ends_at,
    fills: prices.length,
    price_min: prices[0]!,
    price_median: prices[(prices.length - 1) >> 1]!,
    price_max: prices.at(-1)!,
    volume: prices.reduce((sum, price) => sum + price, 0n),
  };
}
