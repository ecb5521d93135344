import { Clock, type Instant } from '../kernel/clock.js';

/** The machine's clock. The only place, with this folder's timers, that reads real time. */
export class SystemClock extends Clock {
  now(): Instant {
    return Date.now();
  }
}

/** Resolves after `ms` milliseconds, or at once when `signal` aborts: the caller asks the signal which of the two it was. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(finish, ms);
    function finish(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    }
    signal?.addEventListener('abort', finish, { once: true });
  });
}

/**
 * The result of `work`, or an error that says `message` when it takes longer than `ms`. The work itself cannot be ended: what it does
 * late must be harmless.
 */
export async function withLimit<T>(ms: number, message: string, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = sleep(ms, done.signal).then((): never => {
    throw new Error(`${message} within ${ms} ms`);
  });
  late.catch(() => undefined); // Also rejects, unheard, after the work has ended.
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

/** A running `every`. */
export interface Interval {
  /** Ends the loop and waits for the run in progress. Repeatable. */
  stop(): Promise<void>;
}

/**
 * Runs `run` now and then again `ms` after each run has ended, so it never overlaps itself. It holds no lease: work that only one
 * process may do takes its own. An error goes to `on_error` and the loop goes on; an error of `on_error` ends the loop and is thrown by
 * `stop`.
 */
export function every(
  ms: number,
  run: (signal: AbortSignal) => Promise<unknown>,
  on_error: (error: unknown) => void,
): Interval {
  const ending = new AbortController();
  const loop = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      try {
        await run(ending.signal);
      } catch (error) {
        on_error(error);
      }
      await sleep(ms, ending.signal);
    }
  };
  const done = loop();
  done.catch(() => undefined); // Reported by `stop`; without this line Node would end the process first.
  return {
    stop: () => {
      ending.abort();
      return done;
    },
  };
}
