import { Client } from 'pg';

const CONNECT_MS_MAX = 5_000;

/** What came of work that only one process may do at a time. */
export type Exclusive<T> = { readonly ran: true; readonly result: T } | { readonly ran: false };

/**
 * Does `work` while holding the advisory lock of that name, on a connection of its own, or nothing when somebody else holds it. A crash
 * frees the lock. When the connection is lost meanwhile, somebody else may start: what `work` writes must refuse to be written twice.
 */
export async function exclusively<T>(url: string, name: string, work: () => Promise<T>): Promise<Exclusive<T>> {
  const client = new Client({
    connectionString: url,
    application_name: 'groundtruth-chain',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
  });
  client.on('error', () => undefined); // The lock is gone; the writes are guarded by themselves.
  try {
    await client.connect();
    const text = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held';
    const { rows } = await client.query<{ held: boolean }>(text, [name]);
    if (!rows[0]!.held) return { ran: false };
    return { ran: true, result: await work() };
  } finally {
    await client.end();
  }
}
