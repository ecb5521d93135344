import type { BountyRow } from '../../../src/bounties/bounty.entity.js';
import { priceNow } from '../../../src/bounties/bounty.price.js';
import type { Instant } from '../../../src/kernel/clock.js';

/** What the model keeps of a bounty. */
export type Row = Pick<
  BountyRow,
  | 'id'
  | 'terms'
  | 'price_cap'
  | 'fee_cap'
  | 'price_floor'
  | 'stalled_ms'
  | 'stalled_since'
  | 'closes_at'
  | 'lat'
  | 'lng'
> & {
  readonly extent_m: number;
  readonly deadline_at: string;
  /** Whether its price changes with time. */
  readonly rises: boolean;
  /** Its price when it was last asked for: people look at the same moments. It is no other for being taken or free at that moment. */
  priced: { readonly at: Instant; readonly price: bigint } | null;
};
/** `priceNow`, worked out once for each moment. */
export function priceOf(row: Row, now: Instant): bigint {
  if (row.priced === null || (row.rises && row.priced.at !== now)) row.priced = { at: now, price: priceNow(row, now) };
  return row.priced.price;
}
