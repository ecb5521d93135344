import type { Instant } from '../../kernel/clock.js';
import { sql, type Tx } from '../database/index.js';
import { advanceRow } from './advance-row.js';
import type { Transitions } from './edges.js';

export type { Transitions } from './edges.js';

interface Advance<S extends string, E extends string> {
  /** A table with the columns `id` and `state`. */
  readonly table:
    | 'bounty'
    | 'pledge'
    | 'standing_bounty'
    | 'reservation'
    | 'application'
    | 'draw'
    | 'offer'
    | 'invitation'
    | 'capture'
    | 'dispute'
    | 'subscription'
    | 'escrow_entry'
    | 'distributor_root'
    | 'ext_op'
    | 'inbox_event'
    | 'top_up'
    | 'card_refund'
    | 'card_dispute'
    | 'payout'
    | 'earnings_hold'
    | 'card_recipient'
    | 'webhook_endpoint'
    | 'policy_hold'
    | 'channel'
    | 'exact_payment'
    | 'simulation';
  readonly transitions: Transitions<S, E>;
  readonly id: string;
  readonly event: E;
  readonly at: Instant;
  /** Further columns written with the state; names come from code, values are parameters. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * The one way a state changes: a conditional update along the table's edges, with its history row, in the caller's transaction.
 * Answers the states it left and reached, or null when the row was in no state that has the event: a lost race, not a bug.
 */
export async function advance<S extends string, E extends string>(
  tx: Tx,
  move: Advance<S, E>,
): Promise<{ from: S; to: S } | null> {
  const { table, transitions, id, event, set } = move;
  const row = await advanceRow(tx, { table, transitions, event, key: { id }, ...(set && { set }) });
  if (!row) return null;
  const moved = { from: row.from_state, to: row.state as S };
  await sql(
    tx,
    'INSERT INTO state_history (resource_id, event, from_state, to_state, at) VALUES ($1, $2, $3, $4, $5)',
    [id, event, moved.from, moved.to, new Date(move.at)],
  );
  return moved;
}
