import { DomainError } from '../../kernel/problem.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { sql, sqlCount, sqlOne, type Tx } from './sql.js';

describe('a unit of work', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
    await db.unitOfWork.run((tx) => sql(tx, 'CREATE TABLE thing (id int PRIMARY KEY, amount bigint NOT NULL)'));
  });
  afterAll(() => db?.close());
  beforeEach(() => db.unitOfWork.run((tx) => sql(tx, 'TRUNCATE thing')));

  const insert = (tx: Tx, id: number): Promise<unknown> => sql(tx, 'INSERT INTO thing VALUES ($1, 0)', [id]);
  const count = (): Promise<bigint> =>
    db.unitOfWork.run(async (tx) => (await sqlOne<{ n: bigint }>(tx, 'SELECT count(*) AS n FROM thing'))!.n);

  it('reads int8 as bigint and timestamptz as epoch milliseconds, also in arrays', async () => {
    const text = `SELECT 9007199254740993::bigint AS big, $1::timestamptz AS at, ARRAY[1, NULL]::bigint[] AS bigs,
      ARRAY[$1::timestamptz] AS ats, 1.10::numeric AS exact, '{"a":1}'::jsonb AS json, '2026-02-01'::date AS day, '\\x00ff'::bytea AS bytes`;
    const row = await db.unitOfWork.run((tx) => sqlOne(tx, text, [new Date(1_764_000_000_123)]));
    expect(row).toEqual({
      big: 9007199254740993n,
      at: 1_764_000_000_123,
      bigs: [1n, null],
      ats: [1_764_000_000_123],
      exact: '1.10',
      json: { a: 1 },
      day: '2026-02-01',
      bytes: Buffer.from([0, 255]),
    });
  });

  it('leaves the type parsers of other users of the driver alone', async () => {
    const { Client } = await import('pg');
    const client = new Client({ connectionString: db.url });
    await client.connect();
    const { rows } = await client.query('SELECT 1::bigint AS big').finally(() => client.end());
    expect(rows).toEqual([{ big: '1' }]);
  });

  it('returns rows from every statement, RETURNING included', async () => {
    await db.unitOfWork.run(async (tx) => {
      expect(await sql(tx, 'INSERT INTO thing VALUES (1, 5), (2, 6) RETURNING id')).toEqual([{ id: 1 }, { id: 2 }]);
      expect(await sql(tx, 'UPDATE thing SET amount = amount + 1 RETURNING amount')).toEqual([
        { amount: 6n },
        { amount: 7n },
      ]);
      expect(await sql(tx, 'UPDATE thing SET amount = 0')).toEqual([]);
      expect(await sqlCount(tx, 'DELETE FROM thing WHERE id = 1')).toBe(1);
      expect(await sqlOne(tx, 'DELETE FROM thing WHERE id = 9 RETURNING id')).toBeNull();
    });
  });

  it('commits what it did when the work returns', async () => {
    expect(await db.unitOfWork.run(async (tx) => (await insert(tx, 1), 'done'))).toBe('done');
    expect(await count()).toBe(1n);
  });

  it('undoes everything when the work throws', async () => {
    const refusal = new DomainError('bounty_full', 'no');
    const work = db.unitOfWork.run(async (tx) => {
      await insert(tx, 1);
      throw refusal;
    });
    await expect(work).rejects.toBe(refusal);
    expect(await count()).toBe(0n);
  });

  it('refuses to commit when a failed statement was caught, since Postgres would undo all of it silently', async () => {
    const work = db.unitOfWork.run(async (tx) => {
      await insert(tx, 1);
      await insert(tx, 1).catch(() => undefined);
    });
    await expect(work).rejects.toThrow('failed statement');
    expect(await count()).toBe(0n);
  });

  it('refuses to start inside another one', async () => {
    const nested = db.unitOfWork.run(() => db.unitOfWork.run(() => Promise.resolve()));
    await expect(nested).rejects.toThrow('inside another');
  });

  it('refuses a statement outside of a transaction', async () => {
    await expect(sql(db.dataSource.manager, 'SELECT 1')).rejects.toThrow('outside of UnitOfWork.run');
  });

  it('tries again when two of them deadlock', async () => {
    await db.unitOfWork.run(async (tx) => (await insert(tx, 1), await insert(tx, 2)));
    let tries = 0;
    let both = 0;
    const crossing = (first: number, second: number): Promise<void> =>
      db.unitOfWork.run(async (tx) => {
        tries++;
        await sql(tx, 'UPDATE thing SET amount = amount + 1 WHERE id = $1', [first]);
        both++;
        while (both < 2) await sql(tx, 'SELECT pg_sleep(0.005)');
        await sql(tx, 'UPDATE thing SET amount = amount + 1 WHERE id = $1', [second]);
      });
    await Promise.all([crossing(1, 2), crossing(2, 1)]);
    expect(tries).toBeGreaterThan(2);
    const rows = await db.unitOfWork.run((tx) => sql(tx, 'SELECT amount FROM thing ORDER BY id'));
    expect(rows).toEqual([{ amount: 2n }, { amount: 2n }]);
  });

  it('loses no update of twenty serializable increments', async () => {
    await db.unitOfWork.run((tx) => insert(tx, 1));
    const increment = async (tx: Tx): Promise<void> => {
      const { amount } = (await sqlOne<{ amount: bigint }>(tx, 'SELECT amount FROM thing WHERE id = 1'))!;
      await sql(tx, 'UPDATE thing SET amount = $1 WHERE id = 1', [amount + 1n]);
    };
    const runs = Array.from({ length: 20 }, () => db.unitOfWork.run(increment, { isolation: 'SERIALIZABLE' }));
    const done = (await Promise.allSettled(runs)).filter(({ status }) => status === 'fulfilled').length;
    const row = await db.unitOfWork.run((tx) => sqlOne<{ amount: bigint }>(tx, 'SELECT amount FROM thing'));
    expect(row!.amount).toBe(BigInt(done));
    expect(done).toBeGreaterThan(0);
  });

  it('tells an outage when its connection is cut, and works again on a new one', async () => {
    const cut = db.unitOfWork.run(async (tx) => {
      await insert(tx, 1);
      await sql(tx, 'SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(cut).rejects.toMatchObject({ code: 'dependency_unavailable' });
    expect(await count()).toBe(0n);
  });

  it('tells an outage when the idle connections of the pool were cut, then recovers', async () => {
    await Promise.all(Array.from({ length: 5 }, () => count()));
    const others =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    await db.unitOfWork.run((tx) => sql(tx, others));
    expect(await Promise.all(Array.from({ length: 5 }, () => count()))).toEqual([0n, 0n, 0n, 0n, 0n]);
  });
});
