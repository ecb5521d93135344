import type { Instant } from '../../kernel/clock.js';

/** A time in which what came from a requester does not leave, because what it paid with is in doubt. */
export interface Hold {
  readonly from: Instant;
  /** Null while nobody knows. */
  readonly until: Instant | null;
}

/**
 * When money that would be free to leave at `free_at` is. A hold keeps what was not free when it began, until it ends; what was free before
 * is not called back. Holds that begin before the last one has ended keep it on. Infinity while one of them has no end.
 */
export function heldUntil(free_at: Instant, holds: readonly Hold[]): Instant {
  let at = free_at;
  for (const { from, until } of holds.toSorted((one, other) => one.from - other.from))
    if (from <= at) at = Math.max(at, until ?? Infinity);
  return at;
}
