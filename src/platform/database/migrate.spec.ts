import { MIGRATIONS } from '../../../migrations/index.js';
import { testDatabase } from '../../../test/support/postgres.js';
import { migrateQueues } from '../queue/index.js';
import { migrate } from './migrate.js';
import { sql } from './sql.js';

describe('the migrations', () => {
  it('bring an empty database to this release once, though three processes start together', async () => {
    const db = await testDatabase({ empty: true });
    try {
      const ran = await Promise.all([migrate(db.dataSource), migrate(db.dataSource), migrate(db.dataSource)]);
      await Promise.all([migrateQueues(db.dataSource), migrateQueues(db.dataSource)]);
      expect(ran.flat()).toEqual(MIGRATIONS.map(({ name }) => name));
      expect(await migrate(db.dataSource)).toEqual([]);
      const tables = await db.unitOfWork.run((tx) =>
        sql<{ name: string }>(tx, "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"),
      );
      expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['outbox', 'idempotency_keys']));
    } finally {
      await db.close();
    }
  });

  it('are numbered by thirteen digits in the order in which they run', () => {
    const numbers = MIGRATIONS.map(({ name }) => name.slice(-13));
    expect(numbers.every((number) => /^\d{13}$/.test(number))).toBe(true);
    expect(numbers).toEqual([...new Set(numbers)].sort());
  });
});
