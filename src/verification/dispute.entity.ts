import type { DisputeSide, DisputeState, Finding, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** How a dispute's row looks. */
export interface DisputeRow {
  id: Id<'dispute'>;
  mode: Mode;
  capture_id: Id<'capture'>;
  bounty_id: Id<'bounty'>;
  side: DisputeSide;
  /** The contributor or the agent. */
  opened_by: string;
  state: DisputeState;
  reason_code: string;
  text: string;
  /** When the default decides. */
  decide_by: Instant;
  /** What the capture of an upheld appeal shows. */
  finding: Finding | null;
  funding: 'slot' | 'loss_reserve' | null;
  /** Micros an upheld dispute of a requester was paid back. */
  paid: bigint | null;
  decision_reason: string | null;
  /** Null: the deadline decided. */
  operator_id: string | null;
  created_at: Instant;
  decided_at: Instant | null;
}
