import type { PoolClient, QueryResultRow } from 'pg';
import type { EntityManager } from 'typeorm';
import { assert } from '../../kernel/assert.js';

/** A transaction in progress. Repositories take it as their first argument; only `UnitOfWork` makes one. */
export type Tx = EntityManager;

/**
 * Runs one statement in the transaction and returns its rows, whatever the statement is (TypeORM's own `query` returns pairs for UPDATE
 * and DELETE). A statement without RETURNING gives no rows.
 */
export async function sql<T extends QueryResultRow>(
  tx: Tx,
  text: string,
  params: readonly unknown[] = [],
): Promise<T[]> {
  return (await runStatement<T>(tx, text, params)).rows;
}

/** The only row, or null when there is none. @throws {AssertionFailed} when there are more. */
export async function sqlOne<T extends QueryResultRow>(
  tx: Tx,
  text: string,
  params: readonly unknown[] = [],
): Promise<T | null> {
  const { rows } = await runStatement<T>(tx, text, params);
  assert(rows.length <= 1, `at most one row was expected, ${rows.length} came back`);
  return rows[0] ?? null;
}

/** How many rows the statement touched. For a conditional UPDATE: 1 is success, 0 a lost race. */
export async function sqlCount(tx: Tx, text: string, params: readonly unknown[] = []): Promise<number> {
  return (await runStatement(tx, text, params)).rowCount ?? 0;
}

async function runStatement<T extends QueryResultRow>(tx: Tx, text: string, params: readonly unknown[]) {
  const runner = tx.queryRunner;
  assert(runner?.isTransactionActive, 'a statement was run outside of UnitOfWork.run');
  const client = (await runner!.connect()) as PoolClient;
  return client.query<T>(text, [...params]);
}
