import type { ChannelRow } from './channel.entity.js';
import { claimable } from './channel.calls.js';

/** Channels in one transaction: about 1.9 million gas. */
export const CLAIMS_MAX = 100;
/** Gas of a claim and of the payment that follows, and of each channel in it: `docs/reads.md` has the measurement. */
const GAS_BASE = 90_000n;
const GAS_PER_CHANNEL = 26_000n;
const WEI = 10n ** 18n;

/** What one claim of so many channels costs, in micros of USDC, rounded up. `native_price` is that of one whole coin that pays gas, in micros. */
export function claimCost(channels: number, gas_price_wei: bigint, native_price: bigint): bigint {
  const gas = GAS_BASE + GAS_PER_CHANNEL * BigInt(channels);
  return (gas * gas_price_wei * native_price + WEI - 1n) / WEI;
}

/** What a claim would book of a channel now, in micros; never negative. */
export function dueOf(row: Pick<ChannelRow, 'charged' | 'balance' | 'claimed'>): bigint {
  const total = claimable(row);
  return total > row.claimed ? total - row.claimed : 0n;
}

type Owing = Pick<ChannelRow, 'charged' | 'balance' | 'claimed' | 'withdraw_at'>;

/** Whether a payer who owes anything has announced that it leaves. */
export const isUrgent = (rows: readonly Owing[]): boolean =>
  rows.some((row) => row.withdraw_at !== null && dueOf(row) > 0n);

/** Whether all of it together is worth `multiple` times what claiming it costs. That time passed is no reason. */
export function isWorth(rows: readonly Owing[], cost: bigint, multiple: bigint): boolean {
  const due = rows.reduce((sum, row) => sum + dueOf(row), 0n);
  return due > 0n && due >= multiple * cost;
}

/** Those for which a claim goes through, found by halving whatever does not; and those for which alone it does not. */
export async function separate<T>(
  rows: readonly T[],
  goesThrough: (rows: readonly T[]) => Promise<boolean>,
): Promise<{ readonly good: readonly T[]; readonly bad: readonly T[] }> {
  if (rows.length === 0 || (await goesThrough(rows))) return { good: rows, bad: [] };
  if (rows.length === 1) return { good: [], bad: rows };
  const middle = Math.ceil(rows.length / 2);
  const first = await separate(rows.slice(0, middle), goesThrough);
  const second = await separate(rows.slice(middle), goesThrough);
  return { good: [...first.good, ...second.good], bad: [...first.bad, ...second.bad] };
}
