import { bountyEscrowAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, type Hex } from 'viem';
import { type Moved, NOTHING } from './compare.js';

export interface EscrowLog {
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** What logs say moved, by entry: those the books lack count once, those the books have too early count against. */
export function inFlightOf(lacking: readonly EscrowLog[], early: readonly EscrowLog[]): ReadonlyMap<string, Moved> {
  const moved = new Map<string, Moved>();
  for (const [logs, sign] of [
    [lacking, 1n],
    [early, -1n],
  ] as const)
    // prettier-ignore
    for (const log of logs) {
      const one = movedBy(log);
      if (one) moved.set(one.entry, plus(moved.get(one.entry) ?? NOTHING, one, sign));
    }
  return moved;
}

/** Null for logs that move nothing of an entry. */
function movedBy({ topics, data }: EscrowLog): (Moved & { entry: Hex }) | null {
  const { eventName, args } = decodeEventLog({ abi: bountyEscrowAbi, topics: [...topics] as [Hex, ...Hex[]], data });
  switch (eventName) {
    case 'EntryFunded':
    case 'EntryToppedUp':
      return { ...NOTHING, entry: args.entry, funded: args.amount };
    case 'CapturePaid':
      return { ...NOTHING, entry: args.entry, paid: args.amount + args.fee };
    case 'PoolPaid':
      return { ...NOTHING, entry: args.entry, paid: args.total + args.fee };
    case 'EntryClosed':
    case 'EntryReclaimed':
      return { ...NOTHING, entry: args.entry, refunded: args.refunded };
    default:
      return null;
  }
}

const plus = (sum: Moved, one: Moved, sign: bigint): Moved => ({
  funded: sum.funded + sign * one.funded,
  paid: sum.paid + sign * one.paid,
  refunded: sum.refunded + sign * one.refunded,
});
