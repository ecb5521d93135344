import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HOME = join(process.cwd(), '.groundtruth');
const RUNS = join(HOME, 'test-postgres-runs');
const LOCK = join(HOME, 'test-postgres.lock');
const PID_FILE = join(HOME, 'test-postgres', 'cluster', 'postmaster.pid');
const STOP_MS_MAX = 30_000;
const POLL_MS = 20;

/**
 * Jest's globalTeardown: ends this run's use of the shared test server (postgres-server.ts) and stops it when no other living run uses
 * it. Costs nothing when no test asked for a server. Plain JavaScript with a default export because Jest loads it without our transform.
 */
export default async function stopPostgres() {
  rmSync(join(RUNS, String(process.pid)), { force: true });
  if (!existsSync(PID_FILE)) return;
  try {
    writeFileSync(LOCK, `${process.pid}\n`, { flag: 'wx' });
  } catch (error) {
    if (error.code === 'EEXIST') return; // Another run is just taking the server up, and stops it in its turn.
    throw error;
  }
  try {
    const others = readdirSync(RUNS).filter((pid) => isAlive(Number(pid)));
    if (others.length === 0) await stop();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

async function stop() {
  const pid = Number(readFileSync(PID_FILE, 'utf8').split('\n')[0]);
  if (!isAlive(pid)) return; // It was killed and left its file behind; the launcher clears that away at the next start.
  process.kill(pid, 'SIGINT');
  for (let waited_ms = 0; existsSync(PID_FILE); waited_ms += POLL_MS) {
    if (waited_ms > STOP_MS_MAX) throw new Error('the test server does not stop');
    await sleep(POLL_MS);
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
