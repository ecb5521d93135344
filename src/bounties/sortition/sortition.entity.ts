import type { ApplicationState, DrawState, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../kernel/clock.js';

/** How an application's row looks. */
export interface ApplicationRow {
  id: Id<'application'>;
  mode: Mode;
  draw_id: Id<'draw'>;
  bounty_id: Id<'bounty'>;
  contributor_id: Id<'contributor'>;
  state: ApplicationState;
  /** As in a reservation: fixed when it was made. */
  payout_to: Hex | null;
  payout_for: Hex | null;
  /** Set when it was drawn. */
  reservation_id: Id<'reservation'> | null;
  created_at: Instant;
}

/** An application with its round. */
export type PlacedApplication = ApplicationRow & {
  readonly round: number;
  readonly closes_at: Instant;
  readonly draw_state: DrawState;
};

/** How the row of one round looks. */
export interface DrawRow {
  id: Id<'draw'>;
  mode: Mode;
  bounty_id: Id<'bounty'>;
  round: number;
  state: DrawState;
  opened_at: Instant;
  closes_at: Instant;
  /** What its leaf commits to, and with what salt; null while it is open. */
  record: { bounty_id: string; round: number; entries: string[] } | null;
  salt: string | null;
  /** The first checkpoint that covers the leaf, and the slots that were free then; null before the draw. */
  checkpoint_size: bigint | null;
  seed: string | null;
  slots: number | null;
  drawn_at: Instant | null;
}
