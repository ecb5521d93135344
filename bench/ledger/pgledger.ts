import { readFile } from 'node:fs/promises';
import { Pool, type PoolClient } from 'pg';
import { type Contender, inParallel } from '../interleave.js';
import { pairOf } from './world.js';

const CONNECTIONS = 16;
const ACCOUNTS = 1_000;
const BATCH = 100;

/** pgledger (https://github.com/pgr0ss/pgledger) by its own functions, in a database of its own on the same server. */
export async function pgledgerContenders(url: string, script: string) {
  const admin = new Pool({ connectionString: url, max: 1 });
  await admin.query('CREATE DATABASE pgledger');
  await admin.end();
  const pool = new Pool({
    connectionString: Object.assign(new URL(url), { pathname: '/pgledger' }).toString(),
    max: CONNECTIONS,
  });
  await pool.query(await readFile(script, 'utf8'));
  const { rows } = await pool.query<{ id: string }>(
    `SELECT a.id FROM generate_series(1, ${ACCOUNTS + 1}) n CROSS JOIN LATERAL pgledger_create_account('account ' || n, 'USD') a`,
  );
  const [hot, ...accounts] = rows.map(({ id }) => id) as [string, ...string[]];
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
  const on = (work: (client: PoolClient) => Promise<number>): Contender => ({
    work: (ms) => inParallel(CONNECTIONS, ms, (caller) => work(clients[caller]!)),
  });
  const contenders: Record<'pgledger' | 'pgledger_batch100' | 'pgledger_hot', Contender> = {
    pgledger: on((client) => single(client, pairOf(accounts))),
    pgledger_batch100: on((client) => batch(client, accounts)),
    pgledger_hot: on((client) => single(client, [pairOf(accounts)[0], hot])),
  };
  const close = async (): Promise<void> => {
    for (const client of clients) client.release();
    await pool.end();
  };
  return { contenders, close };
}

async function single(client: PoolClient, [from, to]: [string, string]): Promise<number> {
  await client.query({
    name: 'single',
    text: 'SELECT id FROM pgledger_create_transfer($1, $2, 10)',
    values: [from, to],
  });
  return 1;
}

/** All of a batch commits or none does; accounts are locked in order by pgledger itself. */
async function batch(client: PoolClient, accounts: readonly string[]): Promise<number> {
  const pairs = Array.from({ length: BATCH }, () => pairOf(accounts));
  const text = `SELECT id FROM pgledger_create_transfers(ARRAY(SELECT ROW(f, t, 10)::transfer_request FROM unnest($1::text[], $2::text[]) AS x (f, t)))`;
  await client.query({ name: 'batch', text, values: [pairs.map(([from]) => from), pairs.map(([, to]) => to)] });
  return BATCH;
}
