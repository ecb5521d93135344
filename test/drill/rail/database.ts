import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { createDataSource, migrate, UnitOfWork } from '../../../src/platform/database/index.js';
import { startPostgres } from '../../../src/platform/embedded/postgres.js';
import type { LaneDatabase } from './lane.js';

const TEMPLATE = 'rail_template';
/** A crash of the machine may take a lane with it, which is made anew. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };

export interface DrillServer {
  /** A migrated database of its own. */
  database(): Promise<LaneDatabase>;
  stop(): Promise<void>;
}

/** The drill's own Postgres, in its data folder, with a template that is made anew at each start. */
export async function startServer(dataDir: string): Promise<DrillServer> {
  const server = await startPostgres({ dataDir: join(dataDir, 'postgres'), settings: SETTINGS });
  const at = (name: string): string => Object.assign(new URL(server.url), { pathname: `/${name}` }).toString();
  const query = async (text: string): Promise<{ datname: string }[]> => {
    const client = new Client({ connectionString: at('postgres') });
    await client.connect();
    try {
      return (await client.query<{ datname: string }>(text)).rows;
    } finally {
      await client.end();
    }
  };
  for (const { datname } of await query(`SELECT datname FROM pg_database WHERE datname ~ '^rail_'`))
    await query(`DROP DATABASE ${datname} WITH (FORCE)`);
  await query(`CREATE DATABASE ${TEMPLATE}`);
  const template = await createDataSource({ url: at(TEMPLATE), poolMax: 2, applicationName: 'rail-drill' });
  await migrate(template);
  await template.destroy();
  return {
    async database() {
      const name = `rail_${randomBytes(6).toString('hex')}`;
      await query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
      const url = at(name);
      const dataSource = await createDataSource({ url, poolMax: 4, applicationName: 'rail-drill' });
      const close = async (): Promise<void> => {
        await dataSource.destroy();
        await query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      };
      return { url, unitOfWork: new UnitOfWork(dataSource), close };
    },
    stop: () => server.stop(),
  };
}
