import type { Id, Mode, PledgeState } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';

/** How a pledge's row looks. Amounts are micros of the fund of its bounty. */
export interface PledgeRow {
  readonly id: Id<'pledge'>;
  readonly mode: Mode;
  readonly bounty_id: Id<'bounty'>;
  readonly agent_id: Id<'agent'>;
  readonly state: PledgeState;
  readonly amount: bigint;
  /** What came back of it; null while it is held. */
  readonly returned: bigint | null;
  readonly created_at: Instant;
}
