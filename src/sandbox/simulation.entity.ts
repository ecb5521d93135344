import type { Behaviour, CaptureState, Fraud, Id, SimulationState } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** How a simulated contributor's row looks. */
export interface SimulationRow {
  id: Id<'simulation'>;
  agent_id: Id<'agent'>;
  bounty_id: Id<'bounty'>;
  behaviour: Behaviour;
  fraud: Fraud | null;
  /** The one whose picture is handed in again. */
  replays: Id<'simulation'> | null;
  state: SimulationState;
  act_at: Instant;
  leased_until: Instant | null;
  /** Of the step it is at. */
  attempts: number;
  contributor_id: Id<'contributor'> | null;
  reservation_id: Id<'reservation'> | null;
  capture_id: Id<'capture'> | null;
  refusal_code: string | null;
  refusal_detail: string | null;
  created_at: Instant;
}

/** A row with what a requester may see of its capture. */
export type SeenSimulation = SimulationRow & {
  readonly capture_state: CaptureState | null;
  readonly failed_stage: 'provenance' | 'content' | null;
};
