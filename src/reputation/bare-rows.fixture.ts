import { randomUUID } from 'node:crypto';
import { sql, type Tx } from '../platform/database/index.js';

/** What a column that a test says nothing about holds, by its type. */
const FILLER: Readonly<Record<string, () => unknown>> = {
  text: () => randomUUID(),
  bigint: () => 1,
  integer: () => 1,
  'double precision': () => 0,
  boolean: () => false,
  jsonb: () => ({}),
  ARRAY: () => [],
  'timestamp with time zone': () => new Date(0),
};

/**
 * Stores one row with the columns that matter and fills those that must not be null. Only a superuser may: foreign keys are off in this
 * transaction, checks are not.
 */
export async function insertBare(tx: Tx, table: string, row: Readonly<Record<string, unknown>>): Promise<void> {
  await sql(tx, 'SET LOCAL session_replication_role = replica');
  const needed = await sql<{ name: string; type: string }>(
    tx,
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'`,
    [table],
  );
  const missing = needed.filter(({ name }) => !(name in row)).map(({ name, type }) => [name, FILLER[type]!()]);
  const full = { ...Object.fromEntries(missing), ...row };
  const names = Object.keys(full);
  const holes = names.map((_, index) => `$${index + 1}`);
  await sql(tx, `INSERT INTO ${table} (${names.join(', ')}) VALUES (${holes.join(', ')})`, Object.values(full));
}
