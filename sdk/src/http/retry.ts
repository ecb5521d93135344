import type { ProblemError } from './errors.js';

/** Attempts of one request, the first included: enough for a restart of the server, few enough to fail while someone still cares. */
export const ATTEMPTS_MAX = 6;
/** First pause, in milliseconds; it doubles with every attempt. */
export const PAUSE_MS_START = 250;
/** Longest pause of our own choosing, in milliseconds. */
export const PAUSE_MS_MAX = 8_000;
/** Longest `Retry-After` that is waited for, in seconds; a longer one is the caller's to plan. */
export const RETRY_AFTER_S_MAX = 60;

/**
 * How long to wait before attempt number `attempt + 1`, in milliseconds; null when there must be none. The first attempt is 1.
 * @param problem The refusal, or null when no answer came.
 * @param dice From 0 up to 1: pauses spread over their upper half, so that clients that failed together do not return together.
 */
export function pauseBefore(problem: ProblemError | null, attempt: number, dice: number): number | null {
  if (attempt >= ATTEMPTS_MAX || (problem && !isTransient(problem))) return null;
  const backoff = pauseAfter(attempt, dice);
  if (problem?.retry_after_s == null) return backoff;
  return problem.retry_after_s > RETRY_AFTER_S_MAX ? null : Math.max(backoff, problem.retry_after_s * 1_000);
}

/** Exponential with jitter: between half and the whole of `PAUSE_MS_START × 2^(attempt − 1)`, at most `PAUSE_MS_MAX`. */
export function pauseAfter(attempt: number, dice: number): number {
  const whole = Math.min(PAUSE_MS_START * 2 ** (attempt - 1), PAUSE_MS_MAX);
  return Math.round(whole * (0.5 + dice / 2));
}

/** Outages and rate limits pass by themselves. A full bounty may empty too, but only the caller knows how long to care. */
function isTransient({ status, retry }: ProblemError): boolean {
  return (status >= 500 && retry === 'same_key') || (status === 429 && retry === 'after_delay');
}
