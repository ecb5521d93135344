import type { Currency, Id, Mode, ObservationRecord, RevisionCause, Tier } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';

/** How an observation's row looks. */
export interface ObservationRow {
  id: Id<'observation'>;
  mode: Mode;
  /** The newest capture that it rests on: its picture is the one that goes with it. */
  capture_id: Id<'capture'>;
  bounty_id: Id<'bounty'>;
  contributor_id: Id<'contributor'>;
  /** Who asked for it. */
  funder_id: Id<'agent'>;
  /** What each gave who paid for it, by agent, micros as text; null when the requester alone did. */
  funders: Record<string, string> | null;
  kind: 'photo' | 'video' | 'reading';
  record: ObservationRecord;
  /** Hides the record behind its commitment until it is bought. */
  salt: string;
  commitment: string;
  coarse_cell: string;
  /** What a card shows of the record, so that cards are found without reading records. */
  hour: Instant;
  tier: Tier;
  independent_captures: number;
  /** The first observation of its chain: itself, unless it revises one. */
  chain_id: Id<'observation'>;
  /** 1 for the first of a chain. */
  revision: number;
  revises: Id<'observation'> | null;
  revision_cause: RevisionCause | null;
  /** The published one that replaced it, and since when; null while it is the newest. */
  superseded_by: Id<'observation'> | null;
  superseded_at: Instant | null;
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
  /** Since when everybody may know of it; null as `public_seq` is. */
  public_at: Instant | null;
  /** When a dispute of its requester was upheld; null for nearly all. The record stays as it was signed. */
  disputed_at: Instant | null;
  created_at: Instant;
}

/** What a card is made of: nothing that is sold. */
export type CardRow = Omit<ObservationRow, 'record' | 'salt'>;
