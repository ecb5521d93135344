import type { Currency, Id, Mode, ObservationRecord } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** How an observation's row looks. */
export interface ObservationRow {
  id: Id<'observation'>;
  mode: Mode;
  capture_id: Id<'capture'>;
  bounty_id: Id<'bounty'>;
  contributor_id: Id<'contributor'>;
  funder_id: Id<'agent'>;
  kind: 'photo' | 'video' | 'reading';
  record: ObservationRecord;
  /** Hides the record behind its commitment until it is bought. */
  salt: string;
  commitment: string;
  coarse_cell: string;
  /** Micros of one read. */
  price: bigint;
  currency: Currency;
  /** Whether anyone but the funders may ever read it. */
  resale: boolean;
  /** Until then only the funders know that it exists. */
  embargo_until: Instant;
  log_index: bigint | null;
  /** Place in the feed during the exclusive period, for the funder alone; null when there is none. */
  funder_seq: bigint | null;
  /** Place in the feed for everybody; null while exclusive, and for ever without resale. */
  public_seq: bigint | null;
  published_at: Instant | null;
  /** When a dispute of its requester was upheld; null for nearly all. The record stays as it was signed. */
  disputed_at: Instant | null;
  created_at: Instant;
}
