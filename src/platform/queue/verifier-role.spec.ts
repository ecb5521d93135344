import { Client } from 'pg';
import { eventually } from '../../../test/support/eventually.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { BullmqQueue, ensureVerifierRole, verifierUrl } from './index.js';

/** The role belongs to the server that all test databases share, so all tests must give it the same password. */
const PASSWORD = 'verifier of the tests';

describe('the verifier’s role', () => {
  let db: TestDatabase;
  let verifier: Client;
  beforeAll(async () => {
    db = await testDatabase();
    await Promise.all([1, 2, 3].map(() => ensureVerifierRole(db.dataSource, PASSWORD)));
    verifier = new Client({ connectionString: verifierUrl(db.url, PASSWORD) });
    await verifier.connect();
  });
  afterAll(async () => {
    await verifier?.end();
    await db?.close();
  });

  it('cannot read or write any table of ours', async () => {
    const rows = await db.dataSource.query<{ name: string }[]>(
      "SELECT schemaname || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'verifier_queue')",
    );
    const tables = rows.map(({ name }) => name);
    expect(tables).toContain('public.outbox');
    for (const table of tables) {
      for (const text of [`SELECT FROM ${table}`, `DELETE FROM ${table}`, `COPY ${table} TO STDOUT`]) {
        await expect(verifier.query(text)).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('can make nothing: no table, schema, role, function or extension', async () => {
    const made = [
      'CREATE TABLE public.mine (n int)',
      'CREATE TABLE verifier_queue.mine (n int)',
      'CREATE SCHEMA mine',
      'CREATE ROLE mine',
      'CREATE EXTENSION pg_trgm SCHEMA verifier_queue',
      'CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      'ALTER TABLE verifier_queue.job ADD COLUMN mine int',
      "COPY (SELECT 1) TO PROGRAM 'true'",
      'SET ROLE postgres',
    ];
    for (const text of made) await expect(verifier.query(text)).rejects.toMatchObject({ code: '42501' });
  });

  it('may execute no function of public', async () => {
    await db.dataSource.query('CREATE FUNCTION public.innocent() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$');
    await expect(verifier.query('SELECT public.innocent()')).rejects.toMatchObject({ code: '42501' });
  });

  it('works the queues that the api fills, and answers on another', async () => {
    const ours = new BullmqQueue({ postgres_url: db.url });
    const theirs = new BullmqQueue({ postgres_url: verifierUrl(db.url, PASSWORD) });
    const errors: unknown[] = [];
    const on_error = (error: unknown): void => void errors.push(error);
    const answered: unknown[] = [];
    await ours.work('verdicts', async ({ payload }) => void answered.push(payload), { concurrency: 1, on_error });
    const judge = (job: { id: string; payload: unknown }): Promise<void> =>
      theirs.add('verdicts', { id: `v-${job.id}`, payload: job.payload });
    await theirs.work('verification', judge, { concurrency: 2, on_error });
    await ours.add('verification', { id: 'cap_1', payload: { n: 1 } });
    await ours.add('verification', { id: 'cap_2', payload: { n: 2 } }, { delay_ms: 1, priority: 3, again: true });
    await eventually(() => answered.length === 2);
    expect(answered).toEqual(expect.arrayContaining([{ n: 1 }, { n: 2 }]));
    expect(errors).toEqual([]);
    await theirs.close();
    await ours.close();
  });

  it('keeps no other password than the last', async () => {
    const guess = new Client({ connectionString: verifierUrl(db.url, 'guess') });
    await expect(guess.connect()).rejects.toMatchObject({ code: '28P01' });
  });
});
