import { type Address, type Hex, hexToBigInt, hexToNumber, numberToHex } from 'viem';
import type { Depths } from './confirmations.js';
import { type Request, RpcRefusal } from './rpc.js';

/** What is asked of a block. */
export interface Block {
  readonly number: bigint;
  readonly hash: Hex;
  readonly parent_hash: Hex;
  /** Wei a unit of gas. */
  readonly base_fee: bigint;
}

export interface Receipt {
  readonly hash: Hex;
  readonly block: bigint;
  readonly block_hash: Hex;
  readonly succeeded: boolean;
  /** Wei, with what a rollup takes for publishing the data. */
  readonly fee_paid: bigint;
}

/** A log as the node tells it. Addresses, topics and hashes are lower case. */
export interface NodeLog {
  readonly block: bigint;
  readonly block_hash: Hex;
  readonly log_index: number;
  readonly tx_hash: Hex;
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

export interface Call {
  readonly from: Address;
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

type Tag = 'latest' | 'pending' | 'safe' | 'finalized';
const asParam = (block: Tag | bigint): string => (typeof block === 'bigint' ? numberToHex(block) : block);

/** The questions we ask a chain's node. Each method is one request, except `heads`. Errors are those of `Request`. */
export class ChainNode {
  constructor(private readonly request: Request) {}

  /** Null when the chain is not that long. */
  async block(which: Tag | bigint): Promise<Block | null> {
    const found = await this.request<Record<string, Hex> | null>('eth_getBlockByNumber', [asParam(which), false]);
    if (found === null) return null;
    return {
      number: hexToBigInt(found.number!),
      hash: lower(found.hash!),
      parent_hash: lower(found.parentHash!),
      base_fee: hexToBigInt(found.baseFeePerGas ?? '0x0'),
    };
  }

  /** Null for `safe` or `finalized` on a chain that has no such block yet. */
  async heads(): Promise<Readonly<Record<keyof Depths, Block>>> {
    const latest = await this.needed('latest');
    return { latest, safe: await this.orGenesis('safe'), finalized: await this.orGenesis('finalized') };
  }

  /** How many transactions of `address` the chain holds: the next nonce to be mined, or with `pending` the next one free. */
  async nonce(address: Address, which: Tag | bigint): Promise<bigint> {
    return hexToBigInt(await this.request<Hex>('eth_getTransactionCount', [address, asParam(which)]));
  }

  /** Units of gas the call would need now. @throws {RpcRefusal} with `revert_data` when it would revert. */
  async estimateGas(call: Call): Promise<bigint> {
    return hexToBigInt(await this.request<Hex>('eth_estimateGas', [callParam(call), 'latest']));
  }

  /** What the call returns. @throws {RpcRefusal} with `revert_data` when it reverts. */
  call(call: Call, at: Tag | bigint): Promise<Hex> {
    return this.request<Hex>('eth_call', [callParam(call), asParam(at)]);
  }

  /** Wei a unit of gas that the node would give the block's maker. */
  async priorityFee(): Promise<bigint> {
    return hexToBigInt(await this.request<Hex>('eth_maxPriorityFeePerGas', []));
  }

  async send(raw: Hex): Promise<void> {
    await this.request('eth_sendRawTransaction', [raw]);
  }

  /** Whether the node holds the transaction, mined or waiting. */
  async knows(hash: Hex): Promise<boolean> {
    return (await this.request('eth_getTransactionByHash', [hash])) !== null;
  }

  /** Null while it is not mined, and again when its block was abandoned. */
  async receipt(hash: Hex): Promise<Receipt | null> {
    const found = await this.request<Record<string, Hex> | null>('eth_getTransactionReceipt', [hash]);
    if (!found?.blockHash) return null;
    return {
      hash,
      block: hexToBigInt(found.blockNumber!),
      block_hash: lower(found.blockHash),
      succeeded: found.status === '0x1',
      fee_paid: hexToBigInt(found.gasUsed!) * hexToBigInt(found.effectiveGasPrice!) + hexToBigInt(found.l1Fee ?? '0x0'),
    };
  }

  /** The logs of one block, in order. */
  logsOf(addresses: readonly Address[], block_hash: Hex): Promise<NodeLog[]> {
    return this.logs({ address: addresses, blockHash: block_hash });
  }

  /** The logs of the blocks `from` to `to`, both included, in order. */
  logsBetween(addresses: readonly Address[], from: bigint, to: bigint): Promise<NodeLog[]> {
    return this.logs({ address: addresses, fromBlock: numberToHex(from), toBlock: numberToHex(to) });
  }

  private async logs(filter: object): Promise<NodeLog[]> {
    const found = await this.request<(Record<string, Hex> & { topics: Hex[] })[]>('eth_getLogs', [filter]);
    return found.map((log) => ({
      block: hexToBigInt(log.blockNumber!),
      block_hash: lower(log.blockHash!),
      log_index: hexToNumber(log.logIndex!),
      tx_hash: lower(log.transactionHash!),
      address: lower(log.address!),
      topics: (log.topics as unknown as Hex[]).map(lower),
      data: lower(log.data!),
    }));
  }

  private async needed(which: Tag | bigint): Promise<Block> {
    const found = await this.block(which);
    if (found === null) throw new RpcRefusal('eth_getBlockByNumber', `there is no block ${which}`, null, {});
    return found;
  }

  /** A young chain has nothing safe yet; nodes answer null or an error. Then only its first block counts as such. */
  private async orGenesis(which: 'safe' | 'finalized'): Promise<Block> {
    try {
      const found = await this.block(which);
      if (found !== null) return found;
    } catch (error) {
      if (!(error instanceof RpcRefusal)) throw error;
    }
    return this.needed(0n);
  }
}

const lower = <T extends Hex>(hex: T): T => hex.toLowerCase() as T;

function callParam({ from, to, data, value }: Call): object {
  return { from, to, data, value: numberToHex(value) };
}
