import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { sleep } from '../time.js';
import { rememberedPort } from './port.js';
import { erasePostgresHome, lockFileOf, type PostgresHome, preparePostgresHome } from './postgres-home.js';
import { initialise, launch } from './postgres-process.js';
import type { PostgresUser } from './postgres-user.js';
import { findPostmaster, type Postmaster, stopPostmaster } from './postmaster.js';
import { withFileLock } from './start-lock.js';

/** The database the product lives in. */
const DATABASE = 'groundtruth';
const ADOPT_MS_MAX = 30_000;
const POLL_MS = 10;
/** A port lost to another program, or children of a killed server that are still ending, are worth another try. */
const STARTS_MAX = 20;
const RETRY_MS = 250;
const CONNECT_MS_MAX = 5_000;

export interface PostgresOptions {
  /** Folder of the cluster and of our files about it (password, port, log). Made when absent. */
  readonly dataDir: string;
  /** Fixed port; by default one below 32768 is picked and remembered, and another one when it is taken. */
  readonly port?: number;
  readonly log?: (message: string) => void;
  /** Server settings on top of ours, e.g. `{ fsync: 'off' }` for throw-away data. Not applied to an adopted server. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Under which user to run; by default what the system allows. */
  readonly user?: PostgresUser;
}

export interface EmbeddedPostgres {
  /** Superuser, database `groundtruth`, on 127.0.0.1. Holds the password: never log it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** True when a server of this folder was already running, for instance because its starter was killed. */
  readonly adopted: boolean;
  /** Stops the server, adopted or not, and waits until it has gone. Repeatable. */
  stop(): Promise<void>;
}

/**
 * Starts a real Postgres on `dataDir`, or adopts the one that already runs there. Safe to call from several processes at once, and after
 * any of them or the server was killed. The server outlives this process unless `stop` is called.
 * @throws {Error} when no Postgres is packaged for this system, or with the server's own words when it does not start.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  return withFileLock(lockFileOf(dataDir), async () => {
    const home = await preparePostgresHome(dataDir, options.user);
    const password = await keptPassword(home.files.password);
    const running = await adopt(home, password, options);
    const server = running ?? (await start(home, password, options));
    await ensureDatabase(urlOf(server.port, password, 'postgres')).catch(async (error: unknown) => {
      if (running === null) await stopPostmaster(server.pid, home.cluster);
      throw error;
    });
    options.log?.(`postgres ${running ? 'adopted' : 'started'} on port ${server.port} (user: ${home.user})`);
    return {
      url: urlOf(server.port, password, DATABASE),
      port: server.port,
      pid: server.pid,
      adopted: running !== null,
      stop: () => stopPostmaster(server.pid, home.cluster),
    };
  });
}

/** Stops the server of `dataDir` when one runs. Repeatable. */
export async function stopPostgres(dataDir: string): Promise<void> {
  const { cluster } = await preparePostgresHome(resolve(dataDir));
  const running = await findPostmaster(cluster);
  if (running !== null) await stopPostmaster(running.pid, cluster);
}

/** Stops the server and deletes its data for good. Repeatable. */
export async function erasePostgres(dataDir: string): Promise<void> {
  await stopPostgres(dataDir);
  await erasePostgresHome(resolve(dataDir));
}

/** Waits for a server that is starting or stopping; one that lives but does not answer is stopped, so that a new one can recover. */
async function adopt(home: PostgresHome, password: string, options: PostgresOptions): Promise<Postmaster | null> {
  for (let waited_ms = 0; waited_ms < ADOPT_MS_MAX; waited_ms += POLL_MS) {
    const running = await findPostmaster(home.cluster);
    if (running === null) return null;
    if (running.status === 'ready' && (await answers(urlOf(running.port, password, 'postgres')))) return running;
    await sleep(POLL_MS);
  }
  const stuck = await findPostmaster(home.cluster);
  if (stuck === null) return null;
  options.log?.(`postgres ${stuck.pid} does not answer (${stuck.status}); it is stopped and started again`);
  await stopPostmaster(stuck.pid, home.cluster);
  return null;
}

async function start(home: PostgresHome, password: string, options: PostgresOptions): Promise<Postmaster> {
  const initialised = await stat(home.cluster).then(
    () => true,
    () => false,
  );
  if (!initialised) await initialise(home, password, options.settings?.['fsync'] !== 'off');
  for (let tries = 1; ; tries++) {
    const port = options.port ?? (await rememberedPort(home.files.port));
    const outcome = await launch(home, port, options.settings ?? {});
    if (!('failed' in outcome)) return outcome;
    if (tries === STARTS_MAX) throw new Error(`postgres does not start on port ${port}: ${outcome.failed}`);
    options.log?.(`postgres did not start on port ${port} and is tried again: ${outcome.failed}`);
    await sleep(RETRY_MS);
  }
}

/** Generated once; kept beside the cluster, readable by us alone. */
async function keptPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const password = randomBytes(24).toString('hex');
    await writeFile(file, `${password}\n`, { mode: 0o600, flag: 'wx' });
    return password;
  }
}

/** Whether the server lets us in. False for any other answer: the caller waits, then takes measures. */
async function answers(url: string): Promise<boolean> {
  return connected(url, () => Promise.resolve(true)).catch(() => false);
}

async function ensureDatabase(maintenance_url: string): Promise<void> {
  await connected(maintenance_url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS_MAX });
  client.on('error', () => undefined); // The query in flight fails with the same error.
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(port: number, password: string, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
}
