import type {
  Id,
  Mode,
  StandingEndReason,
  StandingRun,
  StandingSkipReason,
  StandingState,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import type { CardsWanted } from '../feeds/index.js';

/** How a standing bounty's row looks. Amounts are micros. */
export interface StandingRow {
  id: Id<'standing_bounty'>;
  mode: Mode;
  agent_id: Id<'agent'>;
  /** Whose spend caps hold for whatever is posted. */
  key_id: string;
  state: StandingState;
  end_reason: StandingEndReason | null;
  /** In wire form. */
  template: Record<string, unknown>;
  /** In wire form. */
  trigger: Record<string, unknown>;
  budget_per_day: bigint;
  max_open: number;
  /** The next slot; null when observations decide. */
  next_due_at: Instant | null;
  /** Which cards it watches for; this and the next three are null when it recurs. */
  cards: CardsWanted | null;
  /** How far the feed was looked at. */
  seen_seq: bigint | null;
  /** How far the reads of its agent were looked at. */
  reads_seen: bigint | null;
  /** What was published before does not count. */
  watching_since: Instant | null;
  /** Runs in a row that policy did not let pass. */
  refusals: number;
  ends_at: Instant | null;
  created_at: Instant;
}

/** How a run's row looks. */
export interface StandingRunRow {
  id: Id<'standing_run'>;
  standing_id: Id<'standing_bounty'>;
  /** The due slot, or the first of the observation's chain: one run each. */
  slot: string;
  due_at: Instant;
  observation_id: Id<'observation'> | null;
  outcome: StandingRun['outcome'];
  reason: StandingSkipReason | null;
  bounty_id: Id<'bounty'> | null;
  slots: number;
  at: Instant;
}

/** What a run is owed to. */
export type Cause = Pick<StandingRunRow, 'slot' | 'due_at' | 'observation_id'>;
