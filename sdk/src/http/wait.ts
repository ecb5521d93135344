import { StateNotReached } from './errors.js';
import type { Timing } from './timing.js';

/** Pause between the first two looks, in milliseconds. */
const LOOK_MS_START = 100;
/** Longest pause between two looks, in milliseconds: a wait of hours costs the server little. */
const LOOK_MS_MAX = 2_000;
const LOOK_GROWTH = 1.5;
/** How long is waited when the caller does not say, in milliseconds. */
export const WAIT_MS_DEFAULT = 60_000;

export interface WaitOptions<S extends string> {
  /** The states to wait for. */
  readonly until: S | readonly S[];
  /** Longest wait, in milliseconds; 60,000 when left out. */
  readonly timeout_ms?: number;
  readonly signal?: AbortSignal;
}

interface Watched<T> {
  readonly look: () => Promise<T>;
  /** States after which no other follows. */
  readonly final: readonly string[];
  readonly timing: Timing;
}

/**
 * Looks again and again until the resource is in one of the states.
 * @throws {StateNotReached} at the timeout, or at once when the resource has ended in another state.
 */
export async function waitForState<T extends { id: string; state: string }>(
  { look, final, timing }: Watched<T>,
  { until, timeout_ms = WAIT_MS_DEFAULT, signal }: WaitOptions<T['state']>,
): Promise<T> {
  const wanted: readonly string[] = typeof until === 'string' ? [until] : until;
  const began = timing.elapsed_ms();
  for (let pause = LOOK_MS_START; ; pause = Math.min(pause * LOOK_GROWTH, LOOK_MS_MAX)) {
    const seen = await look();
    if (wanted.includes(seen.state)) return seen;
    const waited_for = `${seen.id} is ${seen.state}, not ${wanted.join(' or ')}`;
    if (final.includes(seen.state)) throw new StateNotReached(`${waited_for}, and stays so`, 'final', seen);
    const left = timeout_ms - (timing.elapsed_ms() - began);
    if (left <= 0) throw new StateNotReached(`${waited_for}, after ${timeout_ms} ms`, 'timeout', seen);
    await timing.sleep(Math.min(pause, left), signal);
  }
}
