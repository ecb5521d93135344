import { sleep } from '../../src/platform/time.js';

const WAIT_MS_MAX = 30_000;
const POLL_MS = 40;

/** Waits until `look` gives something other than null, undefined or false, and returns it. A level, not an edge; no time is asserted. */
export async function eventually<T>(look: () => T | Promise<T>, what = 'the expected state'): Promise<NonNullable<T>> {
  for (let waited_ms = 0; waited_ms < WAIT_MS_MAX; waited_ms += POLL_MS) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    await sleep(POLL_MS);
  }
  throw new Error(`${what} did not come within ${WAIT_MS_MAX} ms`);
}
