import { mulFloor } from '@groundtruth/sdk/protocol';

const BASIS_POINTS = 10_000n;
/** How far back a requester's fees count towards what its disputes may be paid: 90 days. */
export const FEES_COUNT_S = 90 * 86_400;

/** The part of a fee that goes to the loss reserve, rounded down to the micro. `bps` from 0 to 10,000. */
export function reserveShareOf(fee: bigint, bps: number): bigint {
  return mulFloor(fee, BigInt(bps), BASIS_POINTS);
}

export interface Refund {
  /** What the disputed capture cost its requester, price and fee, in micros. */
  readonly cost: bigint;
  /** Fees the requester has paid in the last 90 days. */
  readonly fees_paid: bigint;
  /** What its disputes were paid in the same time. */
  readonly refunded: bigint;
}

/** What an upheld dispute of a requester is paid: its cost, but all of them in 90 days no more than the fees of those days. Never negative. */
export function refundOf({ cost, fees_paid, refunded }: Refund): bigint {
  const left = fees_paid > refunded ? fees_paid - refunded : 0n;
  return cost < left ? cost : left;
}
