import { ConnectionFailed, ProblemError } from '@groundtruth/sdk/agent';
import { sleep } from '../../src/platform/time.js';

const PAUSE_MS = 100;
const TRIES_MAX = 60;

/** Repeats while the market is away. A refusal that repeating cannot change ends it: no kill may turn a right request into a wrong one. */
export async function again<T>(step: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await step();
    } catch (error) {
      if (tries === TRIES_MAX || !passes(error)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** Whether it became so within the time. */
export async function becomes(look: () => Promise<boolean>, ms_max: number): Promise<boolean> {
  for (const end = performance.now() + ms_max; ;) {
    if (await look()) return true;
    if (performance.now() > end) return false;
    await sleep(PAUSE_MS);
  }
}

function passes(error: unknown): boolean {
  if (error instanceof ConnectionFailed) return true;
  return error instanceof ProblemError && (error.retry === 'same_key' || error.retry === 'after_delay');
}
