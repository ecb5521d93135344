import { type ChildProcess, spawn } from 'node:child_process';
import { lchown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { sleep } from '../time.js';
import type { PostgresHome } from './postgres-home.js';
import { commandAs, idsOf, NOBODY } from './postgres-user.js';
import { findPostmaster, type Postmaster } from './postmaster.js';

const CONNECTIONS_MAX = 100;
const POLL_MS = 10;
/** Crash recovery replays at most a few checkpoints' worth of log. */
const READY_MS_MAX = 60_000;
/** The log holds warnings only; it begins anew at the start that finds it larger. */
const LOG_BYTES_MAX = 10_000_000;
/** How much of the log's end explains a failed start. */
const SAID_CHARS = 2_000;

/** Makes the cluster: superuser `postgres`, scram passwords only, C locale, UTF-8. Not `durable` is for throw-away data. */
export async function initialise(home: PostgresHome, password: string, durable: boolean): Promise<void> {
  const unfinished = `${home.cluster}.new`; // A cluster cut short by a kill is never taken for a whole one.
  const password_file = `${home.cluster}.password`; // initdb reads it as the user it runs as, who cannot read ours.
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  await rm(password_file, { force: true });
  await writeFile(password_file, `${password}\n`, { mode: 0o600, flag: 'wx' });
  if (home.user === 'nobody') for (const path of [unfinished, password_file]) await lchown(path, NOBODY, NOBODY);
  const options = [
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    `--pwfile=${password_file}`,
    ...(durable ? [] : ['--no-sync']),
  ];
  try {
    const { child, said } = await spawnLogged(home, [home.binaries.initdb, '-D', unfinished, ...options]);
    const code = await exitOf(child);
    if (code !== 0) throw new Error(`initdb failed (${code}): ${await said()}`);
  } finally {
    await rm(password_file, { force: true });
  }
  await rename(unfinished, home.cluster);
}

/** Holds the near-hash index of a million pictures. Memory is taken page by page as it is used, so a small market never takes it. */
const SHARED_BUFFERS = '512MB';

/** Starts the server and waits until it accepts connections, or says why it does not. */
export async function launch(
  home: PostgresHome,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<Postmaster | { failed: string }> {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: CONNECTIONS_MAX,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_min_messages: 'warning',
    shared_buffers: SHARED_BUFFERS,
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { child, said } = await spawnLogged(home, [
    home.binaries.postgres,
    '-D',
    home.cluster,
    '-p',
    `${port}`,
    ...flags,
  ]);
  child.unref();
  for (let waited_ms = 0; waited_ms < READY_MS_MAX; waited_ms += POLL_MS) {
    if (child.exitCode !== null || child.signalCode !== null) return { failed: await said() };
    const running = await findPostmaster(home.cluster);
    if (running?.pid === child.pid && running?.status === 'ready') return running;
    await sleep(POLL_MS);
  }
  child.kill('SIGQUIT');
  await exitOf(child);
  return { failed: `not ready after ${READY_MS_MAX} ms: ${await said()}` };
}

/**
 * A process group of its own keeps a Ctrl-C in our terminal from reaching the server before we have closed our connections. Output goes
 * to the log file rather than to a pipe, which would break when we are killed.
 */
async function spawnLogged(
  home: PostgresHome,
  words: string[],
): Promise<{ child: ChildProcess; said: () => Promise<string> }> {
  const size = await stat(home.files.log).then(
    (log) => log.size,
    () => 0,
  );
  const log = await open(home.files.log, size > LOG_BYTES_MAX ? 'w' : 'a', 0o600);
  const from = size > LOG_BYTES_MAX ? 0 : size;
  try {
    const [command, ...args] = commandAs(home.user, words);
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
    const stdio = ['ignore', log.fd, log.fd] as const;
    const child = spawn(command!, args, { ...idsOf(home.user), cwd: '/', detached: true, env, stdio: [...stdio] });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const said = async (): Promise<string> =>
      (await readFile(home.files.log)).subarray(from).toString().slice(-SAID_CHARS);
    return { child, said };
  } finally {
    await log.close();
  }
}

function exitOf(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode);
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
}
