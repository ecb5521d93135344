import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { choosePostgresUser, commandAs, idsOf, NOBODY } from '../../src/platform/embedded/postgres-user.js';
import { sleep } from '../../src/platform/time.js';

/** Where Debian keeps servers and their extensions, by version. */
const PROGRAMS = '/usr/lib/postgresql';
const EXTENSIONS = '/usr/share/postgresql';
const START_MS_MAX = 30_000;
const POLL_MS = 100;

export interface PostgisServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A server with PostGIS: the database that `GEO_BENCH_DATABASE_URL` names (its tables `bounty_near` and `geo_*` are replaced), else a new one by what this system has
 * installed (Debian: `apt-get install postgresql-15-postgis-3`), which is erased by `close`.
 */
export async function findPostgis(): Promise<PostgisServer | { missing: string }> {
  const url = process.env['GEO_BENCH_DATABASE_URL'];
  if (url !== undefined) return { url, close: () => Promise.resolve() };
  const versions = existsSync(PROGRAMS) ? (await readdir(PROGRAMS)).sort().reverse() : [];
  const version = versions.find((name) => existsSync(join(EXTENSIONS, name, 'extension', 'postgis.control')));
  if (version === undefined)
    return { missing: 'no server with PostGIS: neither GEO_BENCH_DATABASE_URL nor an installed one' };
  return startServer(join(PROGRAMS, version, 'bin'));
}

async function startServer(programs: string): Promise<PostgisServer> {
  const user = choosePostgresUser();
  const folder = await mkdtemp(join(tmpdir(), 'geo-bench-'));
  if (user === 'nobody') await chown(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  const launch = (name: string, args: string[]) => {
    const [command, ...rest] = commandAs(user, [join(programs, name), ...args]);
    return spawn(command!, rest, { ...idsOf(user), cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const [status] = (await once(launch('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-N']), 'exit')) as [
    number,
  ];
  if (status !== 0) throw new Error(`initdb ended with status ${status}`);
  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    shared_buffers: '2GB',
    maintenance_work_mem: '1GB',
    max_wal_size: '8GB',
    fsync: 'off',
    log_min_messages: 'warning',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const server = launch('postgres', ['-D', data, '-p', String(port), ...options]);
  const ended = once(server, 'exit');
  const close = async (): Promise<void> => {
    server.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  try {
    await untilReady(url);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, close };
}

async function untilReady(url: string): Promise<void> {
  for (let waited_ms = 0; ; waited_ms += POLL_MS) {
    const client = new Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (cause) {
      if (waited_ms >= START_MS_MAX) throw new Error('the server with PostGIS did not start', { cause });
    }
    await sleep(POLL_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
