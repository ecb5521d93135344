import { bountyEscrowAbi, distributorAbi } from '@groundtruth/sdk/abi';
import { decodeEventLog, isAddressEqual, type Address, type Hex } from 'viem';
import { NOTHING, type InFlight, type Moved } from './compare.js';

export interface ContractLog {
  readonly address: Address;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

/** What logs say moved: those the books lack count once, those the books have too early count against. */
export function inFlightOf(
  lacking: readonly ContractLog[],
  early: readonly ContractLog[],
  distributor: Address,
): InFlight {
  const entries = new Map<string, Moved>();
  let distributed = 0n;
  const count = (log: ContractLog, sign: bigint): void => {
    const moved = isAddressEqual(log.address, distributor) ? claimedBy(log) : movedBy(log, distributor);
    distributed += sign * moved.distributed;
    if (moved.entry) entries.set(moved.entry, plus(entries.get(moved.entry) ?? NOTHING, moved, sign));
  };
  for (const log of lacking) count(log, 1n);
  for (const log of early) count(log, -1n);
  return { entries, distributor: distributed };
}

/** Of which entry, null for none; and how much came into the Distributor, or left it. */
interface Movement extends Moved {
  readonly entry: Hex | null;
  readonly distributed: bigint;
}

function movedBy({ topics, data }: ContractLog, distributor: Address): Movement {
  const none = { ...NOTHING, entry: null, distributed: 0n };
  const { eventName, args } = decodeEventLog({ abi: bountyEscrowAbi, topics: [...topics] as [Hex, ...Hex[]], data });
  switch (eventName) {
    case 'EntryFunded':
    case 'EntryToppedUp':
      return { ...none, entry: args.entry, funded: args.amount };
    case 'CapturePaid': {
      const distributed = isAddressEqual(args.to, distributor) ? args.amount : 0n;
      return { ...none, entry: args.entry, paid: args.amount + args.fee, distributed };
    }
    case 'PoolPaid':
      return { ...none, entry: args.entry, paid: args.total + args.fee, distributed: args.total };
    case 'EntryClosed':
    case 'EntryReclaimed':
      return { ...none, entry: args.entry, refunded: args.refunded };
    default:
      return none;
  }
}

function claimedBy({ topics, data }: ContractLog): Movement {
  const { eventName, args } = decodeEventLog({ abi: distributorAbi, topics: [...topics] as [Hex, ...Hex[]], data });
  return { ...NOTHING, entry: null, distributed: eventName === 'Claimed' ? -args.amount : 0n };
}

const plus = (sum: Moved, one: Moved, sign: bigint): Moved => ({
  funded: sum.funded + sign * one.funded,
  paid: sum.paid + sign * one.paid,
  refunded: sum.refunded + sign * one.refunded,
});
