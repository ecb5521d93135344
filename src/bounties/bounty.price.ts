import { mulCeil, priceAt, reachesAt } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import type { BountyRow } from './bounty.entity.js';
import { termsFromRow } from './bounty.terms.js';

type Priced = Pick<BountyRow, 'terms' | 'price_cap' | 'price_floor' | 'stalled_ms' | 'stalled_since'>;

/**
 * What a free slot costs at an instant, in micros: its schedule, read on a clock that stood still while every slot was taken, and never below
 * the price at which it was last raised. The same for every reader; between two raises it never falls.
 */
export function priceNow(row: Priced, now: Instant): bigint {
  const scheduled = priceAt(termsFromRow(row).price, (row.stalled_since ?? now) - Number(row.stalled_ms));
  return scheduled > row.price_floor ? scheduled : row.price_floor;
}

/**
 * From when on a free slot costs `wanted` micros or more, if nothing changes: `-Infinity` when it always has, null when it never will, or when
 * its clock stands still below it.
 */
export function reachesNow(row: Priced, wanted: bigint): Instant | null {
  if (row.price_floor >= wanted) return Number.NEGATIVE_INFINITY;
  const at = reachesAt(termsFromRow(row).price, wanted);
  if (at === null) return null;
  const reached = at + Number(row.stalled_ms);
  return row.stalled_since !== null && reached > row.stalled_since ? null : reached;
}

/** The fee on a price below the cap: the same part of the cap's fee, rounded up, so that what is held always covers it. */
export function feeAt(row: Pick<BountyRow, 'price_cap' | 'fee_cap'>, price: bigint): bigint {
  return mulCeil(row.fee_cap, price, row.price_cap);
}
