import type { BountyOutcome, BountyState, Currency, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import type { Fund } from '../ledger/index.js';

/** How a bounty's row looks. Amounts are micros of one slot; `terms` is what the agent wrote, in wire form. */
export interface BountyRow {
  id: Id<'bounty'>;
  mode: Mode;
  agent_id: Id<'agent'>;
  kind: 'photo' | 'video' | 'reading';
  state: BountyState;
  /** Set when the bounty starts to close. */
  outcome: BountyOutcome | null;
  terms: Record<string, unknown>;
  currency: Currency;
  /** The money that the balance rail holds for it; null before that, and on other rails. */
  fund: Fund | null;
  /** The most that a slot can come to cost, and the fee on it: what is held. */
  price_cap: bigint;
  fee_cap: bigint;
  /** The price when it was last raised; 0n when it never was. */
  price_floor: bigint;
  /** How long all slots were taken until `stalled_since`, in milliseconds, as a bigint column. */
  stalled_ms: bigint;
  /** Since when all slots are taken; null while one is free. */
  stalled_since: Instant | null;
  /** How often it was raised or extended. */
  raises: number;
  absence_share_bps: bigint;
  quantity: number;
  /** Slots taken and not yet settled or freed. */
  reserved: number;
  settled: number;
  /** How many slots may be in use or settled at once, for now; null: all of them. */
  offered: number | null;
  /** Of a bounty that asks for agreement: independent paid captures that say the same, and those that say otherwise. */
  agreeing: number;
  differing: number;
  /** Captures of a race that have no slot yet. */
  waiting: number;
  opens_at: Instant;
  closes_at: Instant;
  /** Until when an upload is taken whose seal came before `closes_at`. */
  uploads_until: Instant;
  /** Middle of the area and the distance from it to its furthest point, in metres. */
  lat: number;
  lng: number;
  extent_m: number;
  /** H3 cells of resolution `SEARCH_RESOLUTION` that the area touches. */
  cells: string[];
  suspended_by: string | null;
  /** Appeals that are undecided, or upheld and not yet paid. */
  appeals: number;
  /** End of the last appeal window of its rejected captures; null while none was rejected. */
  appealable_until: Instant | null;
  created_at: Instant;
}
