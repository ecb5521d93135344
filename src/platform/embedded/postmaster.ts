import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sleep } from '../time.js';
import { commandLine } from './command-line.js';
import { isAlive } from './start-lock.js';

const POLL_MS = 10;
/** Postgres ends a fast shutdown with a checkpoint; after this it is told to stop at once and recovers from its log at the next start. */
const FAST_STOP_MS_MAX = 30_000;
const IMMEDIATE_STOP_MS_MAX = 10_000;

/** The running server of a data folder, as its `postmaster.pid` describes it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `ready`, `starting`, `stopping` or `standby`; empty while the file is being written. */
  readonly status: string;
}

/**
 * The live server of `data`, or null. A lock file whose process id now belongs to another program, or to a zombie, is removed, because
 * Postgres itself would refuse to start; one of a plainly dead process is left to Postgres, which also looks for orphaned children.
 */
export async function findPostmaster(data: string): Promise<Postmaster | null> {
  const file = join(data, 'postmaster.pid');
  const lines = (await readFile(file, 'utf8').catch(missing)).split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0) || !isAlive(pid)) return null;
  if (!(await isPostmasterOf(pid, data))) {
    await rm(file, { force: true });
    return null;
  }
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() };
}

/** Stops the server cleanly, by force when it does not end in time, and waits until it is gone. Repeatable. */
export async function stopPostmaster(pid: number, data: string): Promise<void> {
  for (const [signal, ms_max] of [
    ['SIGINT', FAST_STOP_MS_MAX],
    ['SIGQUIT', IMMEDIATE_STOP_MS_MAX],
  ] as const) {
    if (!(await isPostmasterOf(pid, data))) return;
    process.kill(pid, signal);
    for (let waited_ms = 0; waited_ms < ms_max; waited_ms += POLL_MS) {
      if (!isAlive(pid) || !(await isPostmasterOf(pid, data))) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`postgres ${pid} of ${data} does not stop`);
}

/** Process ids are reused, so a number alone never proves that a process is ours to signal: its command line must name the folder. */
async function isPostmasterOf(pid: number, data: string): Promise<boolean> {
  return (await commandLine(pid)).includes(` -D ${data} `);
}

function missing(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return '';
  throw error;
}
