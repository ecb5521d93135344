import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate, UnitOfWork } from '../../src/platform/database/index.js';
import { isAlive } from '../../src/platform/embedded/start-lock.js';
import { migrateQueues } from '../../src/platform/queue/index.js';
import { testServer } from './postgres-server.js';

/** Read as this module loads, together with the migrations themselves: an edit while tests run must not pass for the old state. */
const MIGRATIONS_HASH = migrationsHash(resolve('migrations'));
/** Any constant: test files make templates and clones one at a time, since a template must have no other connection. */
const TEMPLATE_LOCK = 7_350_071_114;

export interface TestDatabase {
  readonly dataSource: DataSource;
  readonly unitOfWork: UnitOfWork;
  /** Superuser of this database; with it a test makes connections of its own. */
  readonly url: string;
  /** Closes the pool and drops the database, whoever is still connected. Repeatable. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  /** Connections of the pool. Default 10. */
  readonly poolMax?: number;
  /** Without any migration, for tests of migrations. */
  readonly empty?: boolean;
}

/** A migrated database of its own, cloned from a template that is made once per state of `migrations/`. */
export async function testDatabase({ poolMax = 10, empty = false }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const server = await testServer();
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`;
  await onServer(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${empty ? 'template1' : await templateOf(client, server)}`);
  });
  const url = withDatabase(server, name);
  const dataSource = await createDataSource({ url, poolMax, applicationName: 'test' });
  const close = async (): Promise<void> => {
    if (dataSource.isInitialized) await dataSource.destroy();
    await onServer(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  };
  return { dataSource, unitOfWork: new UnitOfWork(dataSource), url, close };
}

async function templateOf(client: Client, server: string): Promise<string> {
  const template = `template_${MIGRATIONS_HASH}`;
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template]);
  if (rowCount) return template;
  await dropLeftovers(client);
  await client.query('DROP DATABASE IF EXISTS template_unfinished WITH (FORCE)');
  await client.query('CREATE DATABASE template_unfinished');
  const dataSource = await createDataSource({
    url: withDatabase(server, 'template_unfinished'),
    poolMax: 2,
    applicationName: 'template',
  });
  try {
    await migrate(dataSource);
    await migrateQueues(dataSource);
  } finally {
    await dataSource.destroy();
  }
  await client.query(`ALTER DATABASE template_unfinished RENAME TO ${template}`);
  return template;
}

/** Drops the templates of other migrations, and the databases of test processes that were killed. */
async function dropLeftovers(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string; pid: number | null }>(
    `SELECT datname AS name, split_part(datname, '_', 2)::int AS pid FROM pg_database WHERE datname ~ '^test_[0-9]+_[0-9a-f]{12}$'
     UNION ALL SELECT datname, NULL FROM pg_database WHERE datname ~ '^template_[0-9a-f]{12}$'`,
  );
  for (const { name, pid } of rows) {
    if (pid === null || !isAlive(pid)) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }
}

async function onServer<T>(server: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: withDatabase(server, 'postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: `/${database}` }).toString();
}

/** Also of what else decides how a template looks: this file, and the queue's own migrations. */
function migrationsHash(folder: string): string {
  const hash = createHash('sha256');
  const migrations = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const files = migrations.sort().map((name) => resolve(folder, name));
  for (const file of [...files, resolve('test/support/postgres.ts'), resolve('node_modules/bullmq/package.json')]) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}
