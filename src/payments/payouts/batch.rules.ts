import type { Instant } from '../../kernel/clock.js';

/** A cent in micros: Stripe moves no less. */
export const CENT = 10_000n;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a contributor has on the card ledger, in micros. */
export interface Earned {
  /** Payable and not set aside. */
  readonly available: bigint;
  /** Of that, what is not old enough yet. */
  readonly maturing: bigint;
}

/** What may leave now, in micros: never below zero, and less than a cent stays. */
export function matureOf({ available, maturing }: Earned): bigint {
  const mature = available > maturing ? available - maturing : 0n;
  return mature - (mature % CENT);
}

/** What the batch of today sends, in micros; null when it is less than `least`. */
export function dueOf(earned: Earned, least: bigint): bigint | null {
  const mature = matureOf(earned);
  return mature > 0n && mature >= least ? mature : null;
}

/** The newest day whose batch is due at `now`, in UTC, such as `2026-11-21`: batches go from `hour` on. */
export function batchDay(now: Instant, hour: number): string {
  return new Date(now - hour * HOUR_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);
}

/** When the batch after the one of `now` goes. */
export function nextBatchAt(now: Instant, hour: number): Instant {
  return Date.parse(batchDay(now, hour)) + DAY_MS + hour * HOUR_MS;
}

/** What Stripe shows the Transfers of a day under. */
export const transferGroupOf = (mode: string, day: string): string => `payouts_${mode}_${day}`;
