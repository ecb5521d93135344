import { randomUUID } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';
import { type Contender, inParallel } from '../interleave.js';
import { pairOf, type World } from './world.js';

const CONNECTIONS = 16;

/** Copies of our tables with all their constraints and indexes, but without triggers, batches or hashes. */
const TABLES = `
  CREATE TABLE plain_account (LIKE ledger_account INCLUDING ALL) WITH (fillfactor = 50);
  INSERT INTO plain_account OVERRIDING SYSTEM VALUE SELECT * FROM ledger_account;
  CREATE TABLE plain_entry (LIKE ledger_transfer INCLUDING ALL);`;

/**
 * The plain way to move money in SQL, well done: row locks in order of id, prepared statements, one entry row for each side. Seven round trips:
 * BEGIN, SELECT … FOR UPDATE, two UPDATEs, two INSERTs, COMMIT.
 */
export async function plainContenders(url: string, { accounts, hot }: World) {
  const pool = new Pool({ connectionString: url, max: CONNECTIONS });
  await pool.query(TABLES);
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => pool.connect()));
  const contenders: Record<'plain' | 'plain_hot', Contender> = {
    plain: { work: (ms) => inParallel(CONNECTIONS, ms, (caller) => move(clients[caller]!, ...pairOf(accounts))) },
    plain_hot: {
      work: (ms) => inParallel(CONNECTIONS, ms, (caller) => move(clients[caller]!, pairOf(accounts)[0], hot)),
    },
  };
  const close = async (): Promise<void> => {
    for (const client of clients) client.release();
    await pool.end();
  };
  return { contenders, close };
}

const LOCK = `SELECT id, flags, debits_pending, debits_posted, credits_posted FROM plain_account WHERE id IN ($1, $2) ORDER BY id FOR UPDATE`;
const DEBIT = `UPDATE plain_account SET debits_posted = debits_posted + $2 WHERE id = $1`;
const CREDIT = `UPDATE plain_account SET credits_posted = credits_posted + $2 WHERE id = $1`;
const ENTRY = `INSERT INTO plain_entry (id, debit, credit, amount, batch_id, created_at, ledger, code, kind) VALUES ($1, $2, $3, $4, 0, now(), 1, 41, 0)`;

async function move(client: PoolClient, debit: bigint, credit: bigint): Promise<number> {
  const amount = 10n;
  await client.query('BEGIN');
  const { rows } = await client.query({ name: 'lock', text: LOCK, values: [debit, credit] });
  const payer = rows.find(({ id }) => id === String(debit));
  if (BigInt(payer.debits_pending) + BigInt(payer.debits_posted) + amount > BigInt(payer.credits_posted))
    throw new Error('the plain account is empty');
  await client.query({ name: 'debit', text: DEBIT, values: [debit, amount] });
  await client.query({ name: 'credit', text: CREDIT, values: [credit, amount] });
  await client.query({ name: 'entry', text: ENTRY, values: [randomUUID(), debit, credit, amount] });
  await client.query({ name: 'entry', text: ENTRY, values: [randomUUID(), credit, debit, amount] });
  await client.query('COMMIT');
  return 1;
}
