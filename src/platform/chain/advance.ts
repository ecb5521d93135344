import type { QueryResultRow } from 'pg';
import { assert } from '../../kernel/assert.js';
import { sqlOne, type Tx } from '../database/index.js';
import { edgesOf, type Transitions } from '../lifecycle/transitions.js';

interface Advance<S extends string, E extends string> {
  readonly table: 'chain_operation' | 'chain_tx' | 'chain_log';
  readonly transitions: Transitions<S, E>;
  readonly event: E;
  /** The row's primary key. */
  readonly key: Readonly<Record<string, unknown>>;
  /** Further columns written with the state. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * The one way a state of this folder changes: `advance` of `platform/lifecycle` for keys of several columns, without a history row of its
 * own. Answers the row as it is now and the state it left, or null when it was in no state that has the event: a lost race, not a bug.
 */
export async function advanceRow<S extends string, E extends string>(
  tx: Tx,
  { table, transitions, event, key, set = {} }: Advance<S, E>,
): Promise<(QueryResultRow & { from_state: S }) | null> {
  const edges = edgesOf(transitions, event);
  assert(edges.length > 0, `${table} has no event ${event}`);
  const params: unknown[] = [edges.map(({ from }) => from), edges.map(({ to }) => to)];
  const param = (value: unknown): string => `$${params.push(value)}`;
  const where = Object.entries(key).map(([column, value]) => `t.${column} = ${param(value)}`);
  const same = Object.keys(key).map((column) => `r.${column} = e.${column}`);
  const assignments = Object.entries(set).map(([column, value]) => `, ${column} = ${param(value)}`);
  return sqlOne(
    tx,
    `UPDATE ${table} r SET state = e.to_state${assignments.join('')}
       FROM (SELECT ${Object.keys(key).map((column) => `t.${column}`)}, t.state AS from_state, m.to_state
               FROM ${table} t JOIN unnest($1::text[], $2::text[]) AS m(from_state, to_state) ON m.from_state = t.state
              WHERE ${where.join(' AND ')} FOR UPDATE OF t) e
      WHERE ${same.join(' AND ')}
      RETURNING r.*, e.from_state`,
    params,
  );
}
