import { LogFault } from './fault.js';

/** How far two clocks may differ before one is called a liar, in milliseconds: five minutes, as in Kerberos. */
const SKEW_MS = 5 * 60_000;

interface Timed {
  readonly size: number;
  readonly signed_at: number | null;
}

/**
 * A log's time only goes on: a larger tree was not signed earlier than a smaller one.
 * @throws {LogFault} `backdated`.
 */
export function requireLater(earlier: Timed, later: Timed): void {
  if (earlier.signed_at === null || later.signed_at === null || later.signed_at >= earlier.signed_at) return;
  throw new LogFault('backdated', `size ${later.size} claims to be older than size ${earlier.size}`, {
    size: later.size,
    signed_at: later.signed_at,
    earlier_size: earlier.size,
    earlier_signed_at: earlier.signed_at,
  });
}

/**
 * A checkpoint cannot be from before the moment at which a smaller one was shown as the newest, nor from the future.
 * @throws {LogFault} `backdated`, `postdated`.
 */
export function requireTimely(
  newest: Timed,
  kept: { readonly size: number; readonly seen_at: number } | null,
  now: number,
): void {
  if (newest.signed_at === null) return;
  const facts = { size: newest.size, signed_at: newest.signed_at };
  if (newest.signed_at > now + SKEW_MS) throw new LogFault('postdated', 'it claims a time that has not come', facts);
  if (kept && newest.size > kept.size && newest.signed_at < kept.seen_at - SKEW_MS) {
    const detail = `size ${newest.size} claims to be from before size ${kept.size} was shown as the newest`;
    throw new LogFault('backdated', detail, { ...facts, seen_at: kept.seen_at, seen_size: kept.size });
  }
}
