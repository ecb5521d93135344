import { seconds, type Instant } from '../kernel/clock.js';

/** How many settled captures make a contributor no longer new. */
export const NEW_UNTIL_SETTLED = 1;
/** A bar never grows beyond this many times the TTL, so that a bad week does not exclude for ever. */
const BAR_FACTOR_MAX = 64;

/** Most reservations a contributor may hold at once. */
export function activeMax(
  settled: number,
  limits: { RESERVATIONS_ACTIVE_MAX: number; RESERVATIONS_ACTIVE_NEW_MAX: number },
): number {
  return settled < NEW_UNTIL_SETTLED ? limits.RESERVATIONS_ACTIVE_NEW_MAX : limits.RESERVATIONS_ACTIVE_MAX;
}

/** Until when a contributor is barred from a bounty: one TTL after the first late end, doubling with each further one. Null: not barred. */
export function barredUntil(lateness: { times: number; last_at: Instant | null }, ttl_s: number): Instant | null {
  if (lateness.times === 0 || lateness.last_at === null) return null;
  return lateness.last_at + seconds(ttl_s) * Math.min(2 ** (lateness.times - 1), BAR_FACTOR_MAX);
}

/** A release is late in the second half of the reservation; leaving an unsafe place never is. */
export function isLateRelease(
  reservation: { issued_at: Instant; lapses_at: Instant },
  reason: string,
  now: Instant,
): boolean {
  return reason !== 'unsafe' && now > reservation.issued_at + (reservation.lapses_at - reservation.issued_at) / 2;
}
