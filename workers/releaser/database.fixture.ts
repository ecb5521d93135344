import { ReleaserRole1764001950001 } from '../../migrations/1764001950001-releaser-role.js';
import { createDataSource, UnitOfWork } from '../../src/platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';

/** A database, and what the role `releaser` may do in it. */
export interface ReleaserDatabase {
  /** As superuser. */
  readonly db: TestDatabase;
  readonly url: string;
  readonly unitOfWork: UnitOfWork;
  close(): Promise<void>;
}

export async function releaserDatabase(): Promise<ReleaserDatabase> {
  const db = await testDatabase({ poolMax: 4 });
  const [row] = await db.dataSource.query<{ made: boolean }[]>(
    `SELECT to_regnamespace('releaser_api') IS NOT NULL AS made`,
  );
  if (!row!.made) {
    const runner = db.dataSource.createQueryRunner();
    await new ReleaserRole1764001950001().up(runner);
    await runner.release();
  }
  // As the superuser who has become the role: a password would be set for every test of this server at once.
  const search = `?options=${encodeURIComponent('-c role=releaser')}`;
  const url = Object.assign(new URL(db.url), { search }).toString();
  const dataSource = await createDataSource({ url, poolMax: 2, applicationName: 'test' });
  const close = async (): Promise<void> => {
    await dataSource.destroy();
    await db.close();
  };
  return { db, url, unitOfWork: new UnitOfWork(dataSource), close };
}
