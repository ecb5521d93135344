/**
 * The only place in the SDK that looks at a clock, sets a timer or throws dice. A client takes another one as `timing`, so that a
 * program can be tested without waiting.
 */
export interface Timing {
  /** Monotonic milliseconds: for measuring, never for dates. */
  elapsed_ms(): number;
  /** The device's idea of the date, in epoch milliseconds. It is stated in a manifest and proves nothing. */
  wall_ms(): number;
  /** Resolves after `ms`. Rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 up to, not including, 1. Spreads retries; nothing secret comes from it. */
  random(): number;
}

/** The platform's own clock, timers and dice. */
export const SYSTEM_TIMING: Timing = {
  elapsed_ms: () => performance.now(),
  wall_ms: () => Math.round(performance.timeOrigin + performance.now()),
  sleep,
  random: () => Math.random(),
};

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}
