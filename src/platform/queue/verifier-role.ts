import type { DataSource } from 'typeorm';
import { sqlState } from '../database/index.js';
import { sleep } from '../time.js';

/** Made by a migration; may use the rows of the queues and execute the functions granted to it, and nothing else. */
export const VERIFIER_ROLE = 'verifier';

/** Two processes that start together change the same row of the catalogue, which Postgres refuses to one of them. */
const TUPLE_CONCURRENTLY_UPDATED = 'XX000';
const TRIES_MAX = 20;
const RETRY_MS = 50;

/** Sets the verifier's password and its right to log in. At every start: the password lives in our keys, not in a migration. Repeatable. */
export async function ensureVerifierRole(dataSource: DataSource, password: string): Promise<void> {
  const alter = `ALTER ROLE ${VERIFIER_ROLE} LOGIN PASSWORD %L`;
  const [row] = await dataSource.query<{ statement: string }[]>('SELECT format($1::text, $2::text) AS statement', [
    alter,
    password,
  ]);
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

/** The database `url` of the app as the verifier reaches it. */
export function verifierUrl(url: string, password: string): string {
  return Object.assign(new URL(url), { username: VERIFIER_ROLE, password }).toString();
}
