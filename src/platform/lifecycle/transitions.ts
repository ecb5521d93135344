import { assert } from '../../kernel/assert.js';
import type { Instant } from '../../kernel/clock.js';
import { sql, type Tx } from '../database/index.js';

/** A transition table: state → event → next state. A missing pair is illegal. */
export type Transitions<S extends string, E extends string> = Readonly<Record<S, Partial<Readonly<Record<E, S>>>>>;

/** The states from which `event` may happen, with where each leads. */
export function edgesOf<S extends string, E extends string>(table: Transitions<S, E>, event: E): { from: S; to: S }[] {
  return (Object.keys(table) as S[]).flatMap((from) => {
    const to = table[from][event];
    return to === undefined ? [] : [{ from, to }];
  });
}

interface Advance<S extends string, E extends string> {
  /** A table with the columns `id` and `state`. */
  readonly table: 'bounty' | 'reservation' | 'capture' | 'dispute' | 'escrow_entry' | 'distributor_root';
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
  const edges = edgesOf(move.transitions, move.event);
  assert(edges.length > 0, `${move.table} has no event ${move.event}`);
  const columns = Object.entries(move.set ?? {});
  const assignments = columns.map(([column], index) => `, ${column} = $${index + 4}`).join('');
  const rows = await sql<{ from: S; to: S }>(
    tx,
    `UPDATE ${move.table} r SET state = e.to_state${assignments}
       FROM (SELECT t.id, t.state AS from_state, m.to_state
               FROM ${move.table} t JOIN unnest($2::text[], $3::text[]) AS m(from_state, to_state) ON m.from_state = t.state
              WHERE t.id = $1 FOR UPDATE OF t) e
      WHERE r.id = e.id AND r.state = e.from_state
      RETURNING e.from_state AS "from", e.to_state AS "to"`,
    [move.id, edges.map((edge) => edge.from), edges.map((edge) => edge.to), ...columns.map(([, value]) => value)],
  );
  const [moved] = rows;
  if (!moved) return null;
  await sql(
    tx,
    'INSERT INTO state_history (resource_id, event, from_state, to_state, at) VALUES ($1, $2, $3, $4, $5)',
    [move.id, move.event, moved.from, moved.to, new Date(move.at)],
  );
  return moved;
}
