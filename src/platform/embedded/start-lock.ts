import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { sleep } from '../time.js';

/** Far above any start; a lock older than this belongs to a process whose id was given to another one. */
const LOCK_TTL_MS = 120_000;
const WAIT_MAX_MS = 150_000;
const POLL_MS = 25;

/**
 * Runs `work` while this process alone holds the lock file. A lock left by a dead process is taken over. It keeps starters polite; what
 * must never happen (two servers on one data folder) is prevented by the server's own lock as well.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  for (let waited_ms = 0; !(await take(file)); waited_ms += POLL_MS) {
    if (waited_ms > WAIT_MAX_MS) throw new Error(`${file} stays locked; remove it when no other process is starting`);
    if (await isStale(file)) await discard(file);
    else await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${process.pid}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(file: string): Promise<boolean> {
  try {
    const age_ms = Date.now() - (await stat(file)).mtimeMs;
    const pid = Number(await readFile(file, 'utf8'));
    if (age_ms > LOCK_TTL_MS) return true;
    return pid > 0 && !isAlive(pid); // An empty file was created this instant and gets its pid next.
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Moves the file away under a name of its own, so that of two processes that saw it stale only one removes it. */
async function discard(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(aside, { force: true });
}

/** Whether a process of this id exists, also one of another user. A zombie counts as existing. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
