import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/index.js';
import { urlOf } from './data-source.js';

/** Any constant of our own: processes that start together migrate one after the other. */
const MIGRATION_LOCK = 7_350_071_113;

/**
 * Brings the schema to this release, forward only, each migration in its own transaction. Repeatable, and safe from several processes.
 * @returns the names of the migrations that were run.
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const url = urlOf(dataSource);
  const lock = new Client({ connectionString: url, application_name: 'groundtruth-migrate' });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]); // Freed with the connection, also when we are killed.
    return await migrateAlone(url);
  } finally {
    await lock.end();
  }
}

/** On a pool of its own, without the time limits of requests. */
async function migrateAlone(url: string): Promise<string[]> {
  const migrating = new DataSource({
    type: 'postgres',
    url,
    poolSize: 1,
    migrations: [...MIGRATIONS],
    entities: [],
    logging: false,
  });
  await migrating.initialize();
  try {
    const run = await migrating.runMigrations({ transaction: 'each' });
    return run.map(({ name }) => name);
  } finally {
    await migrating.destroy();
  }
}
