import { Pool } from 'pg';

const CONNECT_MS_MAX = 5_000;
/** Longer than the pause between two rounds: a new connection for each would cost more than the round. */
const IDLE_MS_MAX = 5_000;
/** Far above what one process does at once. */
const CONNECTIONS_MAX = 32;

/** Of this process, by database. Idle ones close by themselves and keep no process alive. */
const POOLS = new Map<string, Pool>();

/** What came of work that only one process may do at a time. */
export type Exclusive<T> = { readonly ran: true; readonly result: T } | { readonly ran: false };

/**
 * Does `work` while holding the advisory lock of that name, on a connection of its own, or nothing when somebody else holds it, in this
 * process or another. A crash frees the lock. When the connection is lost meanwhile, somebody else may start: what `work` writes must
 * refuse to be written twice.
 */
export async function exclusively<T>(url: string, name: string, work: () => Promise<T>): Promise<Exclusive<T>> {
  const client = await poolOf(url).connect();
  let broken = true;
  try {
    const { rows } = await client.query<{ held: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held',
      [name],
    );
    if (!rows[0]!.held) {
      broken = false;
      return { ran: false };
    }
    try {
      return { ran: true, result: await work() };
    } finally {
      broken = !(await unlocked(client, name));
    }
  } finally {
    client.release(broken); // A connection that may still hold the lock is closed, which frees it.
  }
}

async function unlocked(client: { query(text: string, values: unknown[]): Promise<unknown> }, name: string) {
  try {
    await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
    return true;
  } catch {
    return false; // The connection is lost, and the lock with it.
  }
}

function poolOf(url: string): Pool {
  const known = POOLS.get(url);
  if (known) return known;
  const pool = new Pool({
    connectionString: url,
    application_name: 'groundtruth-chain',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    keepAlive: true,
    max: CONNECTIONS_MAX,
    idleTimeoutMillis: IDLE_MS_MAX,
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined); // Of an idle connection: nobody holds a lock on it.
  POOLS.set(url, pool);
  return pool;
}
