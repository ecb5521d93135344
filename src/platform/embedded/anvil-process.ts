import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hexToNumber, type Hex } from 'viem';
import { httpRequest, type Request } from '../chain/rpc.js';
import { sleep } from '../time.js';
import { anvilProgram } from './anvil-binary.js';
import { commandLine } from './command-line.js';
import { isFree } from './port.js';
import { isAlive } from './start-lock.js';

const POLL_MS = 20;
/** Reading back a large chain takes seconds. */
const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
/** How much of the log's end explains a failed start. */
const SAID_CHARS = 2_000;
/** States kept for reading the chain as it was: twice what the oldest question, `finalized`, can need here. */
const STATES_KEPT = 8;

/** Where the files of a chain lie. */
export interface AnvilHome {
  readonly folder: string;
  readonly files: Readonly<Record<'lock' | 'log' | 'pid' | 'port' | 'state', string>>;
}

/** A running anvil of a home. */
export interface AnvilServer {
  readonly pid: number;
  readonly port: number;
}

export interface LaunchOptions {
  readonly port: number;
  readonly chain_id: number;
  /** Seconds between blocks; null makes a block for each transaction at once. */
  readonly block_time_s: number | null;
  /** Whether to begin from the kept state. */
  readonly load: boolean;
}

/** Makes the folder, which only its owner may enter. Repeatable. */
export async function prepareAnvilHome(dataDir: string): Promise<AnvilHome> {
  await mkdir(resolve(dataDir), { recursive: true, mode: 0o700 });
  const folder = await realpath(dataDir);
  const file = (name: string): string => join(folder, name);
  const files = {
    lock: file('lock'),
    log: file('log'),
    pid: file('pid'),
    port: file('port'),
    state: file('state.json'),
  };
  return { folder, files };
}

export const urlOf = (port: number): string => `http://127.0.0.1:${port}`;
export const requestTo = (port: number): Request => httpRequest(urlOf(port), REQUEST_MS_MAX);

/** What every anvil of ours is told: the rules of a fork that all chains we serve have, and two blocks until one is final. */
export const ANVIL_ARGS: readonly string[] = [
  '--host',
  '127.0.0.1',
  '--hardfork',
  'cancun',
  '--slots-in-an-epoch',
  '1',
];

/** The anvil that runs for this home, or null. A process that has its number by chance is not taken for it. */
export async function findAnvil(home: AnvilHome): Promise<AnvilServer | null> {
  const [pid, port] = (await readFile(home.files.pid, 'utf8').catch(missing)).split(' ').map(Number);
  if (!pid || !port || !(await isAnvilOf(pid, home))) return null;
  return { pid, port };
}

/** The chain's id by its own word, or null when it does not answer. */
export async function chainIdOf(request: Request): Promise<number | null> {
  return request<Hex>('eth_chainId', []).then(hexToNumber, () => null);
}

/** Starts anvil and waits until it answers, or says why it does not. It outlives this process. */
export async function launchAnvil(
  home: AnvilHome,
  { port, chain_id, block_time_s, load }: LaunchOptions,
): Promise<AnvilServer | { failed: string }> {
  if (!(await isFree(port))) return { failed: `port ${port} of 127.0.0.1 is taken` };
  const child = await spawnLogged(home, [
    ...['--port', `${port}`, '--chain-id', `${chain_id}`, ...ANVIL_ARGS],
    ...['--prune-history', `${STATES_KEPT}`, '--preserve-historical-states', '--no-request-size-limit'],
    ...(block_time_s === null ? [] : ['--block-time', `${block_time_s}`]),
    ...(load ? ['--load-state', home.files.state] : []),
  ]);
  await writeFile(home.files.pid, `${child.pid} ${port}\n`, { mode: 0o600 });
  const said = async (): Promise<string> => (await readFile(home.files.log, 'utf8')).trim().slice(-SAID_CHARS);
  const request = requestTo(port);
  for (let waited_ms = 0; waited_ms < READY_MS_MAX; waited_ms += POLL_MS) {
    const answered = await chainIdOf(request);
    if (child.exitCode !== null || child.signalCode !== null) return { failed: await said() };
    if (answered === chain_id) return { pid: child.pid!, port };
    await sleep(POLL_MS);
  }
  await endAnvil(child.pid!, home);
  return { failed: `not ready after ${READY_MS_MAX} ms: ${await said()}` };
}

/** Ends the process, by force when it takes too long, and waits until it is gone. Saves nothing. Repeatable. */
export async function endAnvil(pid: number, home: AnvilHome): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (let waited_ms = 0; waited_ms < STOP_MS_MAX; waited_ms += POLL_MS) {
      if (!(await isAnvilOf(pid, home))) return rm(home.files.pid, { force: true });
      if (waited_ms === 0) process.kill(pid, signal);
      await sleep(POLL_MS);
    }
  }
  throw new Error(`anvil ${pid} of ${home.folder} does not stop`);
}

/** Process ids are reused: the command line must name the folder before a process is ours to signal. */
async function isAnvilOf(pid: number, home: AnvilHome): Promise<boolean> {
  return isAlive(pid) && (await commandLine(pid)).includes(` ${markOf(home).join(' ')} `);
}

/** Names the folder in the command line. Nothing is ever written there: pruned states are dropped. */
const markOf = (home: AnvilHome): string[] => ['--cache-path', join(home.folder, 'cache')];

/** In a process group of its own, so that a Ctrl-C in our terminal reaches us first; its output begins the log anew. */
async function spawnLogged(home: AnvilHome, args: string[]): Promise<ChildProcess> {
  const log = await open(home.files.log, 'w', 0o600);
  try {
    const env = { PATH: process.env['PATH'], HOME: home.folder };
    const child = spawn(anvilProgram(), [...markOf(home), '--quiet', ...args], {
      cwd: home.folder,
      detached: true,
      env,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((started, failed) => child.once('spawn', started).once('error', failed));
    child.unref();
    return child;
  } finally {
    await log.close();
  }
}

function missing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
