import type { DataSource } from 'typeorm';
import { createDataSource, sql, UnitOfWork } from '../../src/platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { SqlCaptureRecords } from './database.js';
import { contextOf } from './verify.fixture.js';

describe('the verifier in the database', () => {
  let db: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    db = await testDatabase();
    // As the superuser who has become the role: a password would be set for every test of this server at once.
    const url = Object.assign(new URL(db.url), {
      search: `?options=${encodeURIComponent('-c role=verifier')}`,
    }).toString();
    dataSource = await createDataSource({ url, poolMax: 2, applicationName: 'test' });
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await db.close();
  });

  it('may execute its fixed functions, which know nothing of a capture that is not there', async () => {
    const records = new SqlCaptureRecords(new UnitOfWork(dataSource));
    const { capture_id } = contextOf();
    expect(await records.context(capture_id)).toBeNull();
    expect(await records.recordedDecision(capture_id)).toBeNull();
    await expect(records.nearHash(capture_id, { upright: '00'.repeat(32), mirror: '00'.repeat(32) })).rejects.toThrow(
      /no rows/,
    );
  });

  it('may read no table', async () => {
    const unitOfWork = new UnitOfWork(dataSource);
    for (const table of ['capture', 'bounty', 'device', 'verdict', 'capture_hash', 'contributor']) {
      await expect(unitOfWork.run((tx) => sql(tx, `SELECT * FROM public.${table}`))).rejects.toThrow(
        /permission denied/,
      );
    }
  });
});
