import type { QueryResultRow } from 'pg';
import { assert } from '../../kernel/assert.js';
import { sqlOne, type Tx } from '../database/index.js';
import { edgesOf, type Transitions } from './edges.js';

interface RowMove<S extends string, E extends string> {
  /** A table with a column `state`; its name comes from code. */
  readonly table: string;
  readonly transitions: Transitions<S, E>;
  readonly event: E;
  /** The row's primary key; names come from code, values are parameters. */
  readonly key: Readonly<Record<string, unknown>>;
  /** Further columns written with the state. */
  readonly set?: Readonly<Record<string, unknown>>;
}

/**
 * A conditional update along the table's edges, in the caller's transaction. Answers the row as it is now and the state it left, or null
 * when it was in no state that has the event: a lost race, not a bug.
 */
export async function advanceRow<S extends string, E extends string>(
  tx: Tx,
  { table, transitions, event, key, set = {} }: RowMove<S, E>,
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
      WHERE ${same.join(' AND ')} AND r.state = e.from_state
      RETURNING r.*, e.from_state`,
    params,
  );
}
