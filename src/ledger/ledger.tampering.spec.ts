import fc from 'fast-check';
import type { Tx } from '../platform/database/index.js';
import { requestOf, drafts } from './testing/batches.js';
import { type LedgerFixture, ledgerFixture, single } from './testing/fixture.js';
import { transferId } from './transfers.js';

/** Every table that money rests on, and what finds one of its rows again. */
const TABLES = {
  ledger_transfer: ['id'],
  ledger_batch: ['id'],
  ledger_pending: ['id'],
  ledger_account: ['id'],
  ledger_history: ['account', 'batch_id'],
  ledger_asset: ['ledger'],
} as const;
type Table = keyof typeof TABLES;

let ledger: LedgerFixture;
beforeAll(async () => {
  ledger = await ledgerFixture();
  for (const batch of fc.sample(drafts(), { numRuns: 12, seed: 81 })) {
    const { world } = await ledger.world();
    await ledger.post(batch.map((draft) => requestOf(draft, world)));
  }
  const { world } = await ledger.world();
  const [issuer, payer, payee] = world.accounts as [bigint, bigint, bigint];
  const [hold, kept] = [transferId(world.name, 'hold'), transferId(world.name, 'kept hold')];
  await ledger.post([
    { ...single(hold, payer, payee, 10n), kind: 'pending' },
    { ...single(transferId(world.name, 'post'), 0n, 0n, 4n), kind: 'post', pending_id: hold },
    { ...single(kept, issuer, payee, 10n), kind: 'pending', expires_at: world.start + 10 },
  ]);
  await ledger.run((tx) => ledger.ledger.seal(tx));
  await ledger.world(); // Its batch stays unsealed.
});
afterAll(() => ledger.db.close());

const books = (tx: Tx) => ledger.ledger.booksBalance(tx);

describe('L9 the hash chain and the audit', () => {
  it('find nothing wrong with untouched books and say how far they are sealed', async () => {
    const report = await ledger.run(books);
    expect(report).toMatchObject({
      balanced: true,
      faults: [],
      chain: { head: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(report.chain.batches - report.chain.sealed).toBe(1);
    expect(report.chain.unsealed_since).not.toBeNull();
  });

  it.each(Object.keys(TABLES) as Table[])('find a change of any column of %s', async (table) => {
    const columns = await ledger.run((tx) => columnsOf(tx, table));
    expect(columns.length).toBeGreaterThan(3);
    for (const column of columns) {
      for (const seed of [1, 2]) {
        const [changed, report] = await undone(async (tx) => {
          const key = await someRow(tx, table, seed);
          return [await change(tx, table, column, key), await books(tx)] as const;
        });
        expect({ column: column.name, changed, balanced: report.balanced }).toEqual({
          column: column.name,
          changed: 1,
          balanced: false,
        });
      }
    }
  });

  it.each([
    [
      'a transfer is removed',
      `DELETE FROM ledger_transfer WHERE id = (SELECT id FROM ledger_transfer WHERE kind = 0 LIMIT 1)`,
    ],
    [
      'a transfer is removed with the money it moved',
      `WITH t AS (DELETE FROM ledger_transfer WHERE id = (SELECT max(id::text)::uuid FROM ledger_transfer WHERE kind = 0) RETURNING *),
            d AS (UPDATE ledger_account a SET debits_posted = debits_posted - t.amount FROM t WHERE a.id = t.debit)
       UPDATE ledger_account a SET credits_posted = credits_posted - t.amount FROM t WHERE a.id = t.credit`,
    ],
    [
      'a batch is removed with its transfers',
      `WITH b AS (DELETE FROM ledger_batch WHERE position = 2 RETURNING id) DELETE FROM ledger_transfer t USING b WHERE t.batch_id = b.id`,
    ],
    [
      'a transfer is slipped into a sealed batch',
      `INSERT INTO ledger_transfer (id, debit, credit, amount, batch_id, created_at, ledger, code, kind)
       SELECT gen_random_uuid(), debit, credit, amount, batch_id, created_at, ledger, code, kind FROM ledger_transfer WHERE kind = 0 LIMIT 1`,
    ],
    [
      'a changed batch is hashed again without the links after it',
      `WITH t AS (UPDATE ledger_transfer SET reference = 'forged' WHERE batch_id = (SELECT id FROM ledger_batch WHERE position = 1) RETURNING *)
       UPDATE ledger_batch b SET content = x.content, hash = ledger_link(NULL, ROW(b.id, b.created_at, b.transfers, b.position, x.content, NULL)::ledger_batch)
       FROM (SELECT sha256(string_agg(ledger_canonical(ROW(t.id, t.seq, t.debit, t.credit, t.amount, t.batch_id, t.created_at, t.expires_at,
                t.pending_id, t.ledger, t.code, t.kind, t.reference, t.correlation)::ledger_transfer, d, c), '' ORDER BY t.seq)) AS content
             FROM t JOIN ledger_account d ON d.id = t.debit JOIN ledger_account c ON c.id = t.credit) x WHERE b.position = 1`,
    ],
    [
      'two accounts swap owners',
      `UPDATE ledger_account a SET owner = CASE a.owner WHEN 'world 1' THEN 'world 2' ELSE 'world 1' END
       WHERE a.owner IN ('world 1', 'world 2') AND a.code = 12`,
    ],
  ])('find that %s', async (_, forgery) => {
    const report = await undone(async (tx) => {
      await tx.query(forgery);
      return books(tx);
    });
    expect(report.balanced).toBe(false);
  });

  it.each([
    `UPDATE ledger_transfer SET amount = amount + 1`,
    `DELETE FROM ledger_transfer`,
    `TRUNCATE ledger_transfer`,
    `DELETE FROM ledger_batch`,
    `UPDATE ledger_batch SET content = sha256('')`,
    `UPDATE ledger_batch SET position = position + 1000, hash = sha256('') WHERE position IS NOT NULL`,
    `DELETE FROM ledger_history`,
    `UPDATE ledger_pending SET state = 'pending' WHERE state <> 'pending'`,
    `UPDATE ledger_account SET owner = 'somebody else'`,
    `UPDATE ledger_account SET flags = 0 WHERE flags <> 0`,
    `UPDATE ledger_asset SET currency = 'USDC'`,
  ])('are not needed for %s: the database refuses it, even from a superuser in replica mode', async (forgery) => {
    const attempt = ledger.run(async (tx) => {
      await tx.query('SET LOCAL session_replication_role = replica');
      await tx.query(forgery);
    });
    await expect(attempt).rejects.toThrow(/append-only/);
  });
});

/** What `work` sees with every lock of the tables taken off; nothing of it stays. */
async function undone<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
  let seen: { value: T } | undefined;
  const rollback = new Error('rolled back on purpose');
  const attempt = ledger.run(async (tx) => {
    for (const table of Object.keys(TABLES)) await unlock(tx, table);
    seen = { value: await work(tx) };
    throw rollback;
  });
  await expect(attempt).rejects.toBe(rollback);
  return seen!.value;
}

async function unlock(tx: Tx, table: string): Promise<void> {
  await tx.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
  const constraints: { name: string }[] = await tx.query(
    `SELECT conname AS name FROM pg_constraint WHERE conrelid = '${table}'::regclass AND contype IN ('c', 'u', 'p', 'f')`,
  );
  for (const { name } of constraints) await tx.query(`ALTER TABLE ${table} DROP CONSTRAINT IF EXISTS ${name} CASCADE`);
}

interface Column {
  readonly name: string;
  readonly type: string;
}

async function columnsOf(tx: Tx, table: Table): Promise<Column[]> {
  return tx.query(
    `SELECT column_name AS name, udt_name AS type FROM information_schema.columns WHERE table_name = '${table}' ORDER BY 1`,
  );
}

/** A row that money moved through. */
async function someRow(tx: Tx, table: Table, seed: number): Promise<unknown[]> {
  const used =
    table === 'ledger_account'
      ? 'WHERE debits_posted + credits_posted > 0'
      : table === 'ledger_batch'
        ? 'WHERE position > 3'
        : '';
  const key = TABLES[table].join(', ');
  const rows: Record<string, unknown>[] = await tx.query(
    `SELECT ${key} FROM ${table} ${used} ORDER BY md5(ROW(${key})::text || $1) LIMIT 1`,
    [String(seed)],
  );
  return TABLES[table].map((column) => rows[0]![column]);
}

/** How each type is changed as little as it can be. */
const SMALLEST_CHANGE: Readonly<Record<string, (column: string) => string>> = {
  int2: (column) => `${column} # 1`,
  int4: (column) => `${column} # 1`,
  int8: (column) => `coalesce(${column} # 1, 0)`,
  text: (column) => `coalesce(${column} || ' ', '')`,
  uuid: (column) =>
    `coalesce(overlay(${column}::text placing (CASE right(${column}::text, 1) WHEN '0' THEN '1' ELSE '0' END) from 36)::uuid, gen_random_uuid())`,
  bytea: (column) => `set_byte(${column}, 31, get_byte(${column}, 31) # 1)`,
  timestamptz: (column) => `coalesce(${column} + interval '1 microsecond', now())`,
};

/** Changes one column of one row; answers how many rows were changed. */
async function change(tx: Tx, table: Table, { name, type }: Column, key: readonly unknown[]): Promise<number> {
  const where = TABLES[table].map((column, index) => `${column} = $${index + 1}`).join(' AND ');
  const overriding = name === 'seq' || name === 'id' ? await identityOff(tx, table) : '';
  const [, count] = await tx.query(
    `UPDATE ${table} SET ${name} = ${SMALLEST_CHANGE[type]!(name)}${overriding} WHERE ${where}`,
    [...key],
  );
  return count as number;
}

/** An identity column cannot be written while it is one. */
async function identityOff(tx: Tx, table: Table): Promise<''> {
  if (table === 'ledger_transfer') await tx.query('ALTER TABLE ledger_transfer ALTER seq DROP IDENTITY IF EXISTS');
  if (table === 'ledger_account') await tx.query('ALTER TABLE ledger_account ALTER id DROP IDENTITY IF EXISTS');
  return '';
}
