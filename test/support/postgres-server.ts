import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { startPostgres } from '../../src/platform/embedded/postgres.js';
import { withFileLock } from '../../src/platform/embedded/start-lock.js';

const HOME = resolve('.groundtruth', 'test-postgres');
/** One file per test run that uses the server, named by the run's process id. */
const RUNS = resolve('.groundtruth', 'test-postgres-runs');
const LOCK = resolve('.groundtruth', 'test-postgres.lock');

/**
 * The url of the one server that all test runs of this checkout share, started by the first test that asks
 * and stopped by the last run to end (stop-postgres.mjs). Its data may be lost to a
 * power cut, never to a killed process: `fsync` is off.
 */
export function testServer(): Promise<string> {
  server ??= withFileLock(LOCK, async () => {
    await mkdir(RUNS, { recursive: true });
    await writeFile(join(RUNS, String(runPid())), '');
    const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '300' };
    return (await startPostgres({ dataDir: HOME, settings })).url;
  });
  return server;
}
let server: Promise<string> | undefined;

/** Jest's workers are children of the process of the run; alone, a test file runs in that process itself. */
function runPid(): number {
  return process.argv[1]?.includes('jest-worker') ? process.ppid : process.pid;
}
