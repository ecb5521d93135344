import type { DataSource } from 'typeorm';
import { sleep } from '../time.js';
import { sqlState } from './outage.js';

/** Two processes that start together change the same row of the catalogue, which Postgres refuses to one of them. */
const TUPLE_CONCURRENTLY_UPDATED = 'XX000';
const TRIES_MAX = 20;
const RETRY_MS = 50;

/**
 * Sets the password of a role that a migration has made, and its right to log in. At every start: the password lives in our keys, not in
 * a migration. Repeatable.
 */
export async function ensureLoginRole(dataSource: DataSource, role: string, password: string): Promise<void> {
  const [row] = await dataSource.query<{ statement: string }[]>(
    `SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', $1::text, $2::text) AS statement`,
    [role, password],
  );
  for (let tries = 1; ; tries++) {
    try {
      await dataSource.query(row!.statement);
      return;
    } catch (error) {
      if (tries === TRIES_MAX || sqlState(error) !== TUPLE_CONCURRENTLY_UPDATED) throw error;
    }
    await sleep(RETRY_MS);
  }
}

/** The database `url` of the app as `role` reaches it. */
export function urlOfRole(url: string, role: string, password: string): string {
  return Object.assign(new URL(url), { username: role, password }).toString();
}
