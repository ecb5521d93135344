import type { Timing } from './timing.js';

/** Waits shorter than this are over at once; longer ones watch for something that a spec does not let happen. */
const WATCH_MS = 30_000;

/** For specs: a clock that moves only by sleeping, and sleeping takes no time. */
export function instantTiming(): Timing & { readonly pauses: number[] } {
  const pauses: number[] = [];
  let now = 0;
  return {
    pauses,
    elapsed_ms: () => now,
    wall_ms: () => 1_764_000_000_000 + now,
    random: () => 0.5,
    sleep: (ms, signal) => {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (ms > WATCH_MS)
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      pauses.push(ms);
      now += ms;
      return new Promise((resolve) => setImmediate(resolve));
    },
  };
}
