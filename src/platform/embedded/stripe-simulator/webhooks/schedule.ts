const FIRST_RETRY_MS = 30_000;
const RETRY_MS_MAX = 12 * 3_600_000;
const GIVE_UP_MS = 3 * 86_400_000;

/**
 * When to try again after attempt number `attempts` failed at `now`: doubling from a minute up to twelve hours. Null when three days have
 * passed since the event was created.
 */
export function nextAttempt(attempts: number, created_ms: number, now: number): number | null {
  if (now - created_ms >= GIVE_UP_MS) return null;
  return now + Math.min(FIRST_RETRY_MS * 2 ** attempts, RETRY_MS_MAX);
}
