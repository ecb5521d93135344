import type { Area, Currency, Hours, Id, Mode, OfferState } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import type { BountyRow } from '../bounties/index.js';

/** How an offer's row looks: a contributor's standing ask. */
export interface OfferRow {
  id: Id<'offer'>;
  mode: Mode;
  contributor_id: Id<'contributor'>;
  state: OfferState;
  /** As it was given; null when cells were. */
  area: Area | null;
  /** H3 cells of resolution 7. */
  cells: string[];
  /** Their parents of resolution 5. */
  coarse_cells: string[];
  no_go: Area[];
  kinds: BountyRow['kind'][];
  /** Null: always. */
  hours: Hours | null;
  /** Micros: the least a slot must pay. */
  price_min: bigint;
  currency: Currency;
  rail: 'balance' | 'stablecoin';
  valid_until: Instant;
  auto_confirm: boolean;
  active_max: number;
  /** The present or next stretch of its hours. */
  stands_from: Instant;
  stands_until: Instant;
  announced: boolean;
  created_at: Instant;
  ended_at: Instant | null;
}
