import type { Address } from 'viem';
import type { ChainNode, NodeLog } from '../../platform/chain/node.js';

/** Blocks whose logs are asked for at once: nodes refuse many more. */
const RANGE_MAX = 2_000n;

/** The logs of one contract in blocks `first` to `last`, both included, in order; none when `first` is the later one. */
export async function logsFrom(node: ChainNode, address: Address, first: bigint, last: bigint): Promise<NodeLog[]> {
  const logs = [];
  for (let from = first; from <= last; from += RANGE_MAX) {
    const to = from + RANGE_MAX - 1n;
    logs.push(...(await node.logsBetween([address], from, to < last ? to : last)));
  }
  return logs;
}
