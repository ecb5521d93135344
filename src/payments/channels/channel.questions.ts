import { feedChannelAbi } from '@groundtruth/sdk/abi';
import { CHANNEL_CONTRACT, type ChannelConfig } from '@groundtruth/sdk/protocol';
import {
  decodeFunctionResult,
  encodeEventTopics,
  encodeFunctionData,
  hexToBigInt,
  numberToHex,
  parseAbi,
  type Abi,
  type Hex,
} from 'viem';
import { seconds } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import { RpcRefusal, type Request } from '../../platform/chain/index.js';
import type { ChannelOnChain } from './channel.entity.js';

/** What the chain says of channels and transactions now. A network call each, so never asked inside a transaction of the database. */
export interface ChannelQuestions {
  channel(id: Hex, config: Pick<ChannelConfig, 'withdrawDelay'>): Promise<ChannelOnChain>;
  /** What was claimed for the receiver and not paid to it yet, in token base units. */
  unsettled(receiver: Hex, token: Hex): Promise<bigint>;
  /** Whether a call of the channel contract would go through now. */
  goesThrough(from: Hex, data: Hex): Promise<boolean>;
  /** Wei a unit of gas costs about now. */
  gasPrice(): Promise<bigint>;
  /** How a transaction came out; null while it is in no block. */
  succeeded(transaction: Hex): Promise<boolean | null>;
  /** The transaction of the last blocks in which this authorization moved this much; null when there is none. */
  transferOf(token: Hex, moved: AuthorizedTransfer): Promise<Hex | null>;
}

export interface AuthorizedTransfer {
  readonly from: Hex;
  readonly nonce: Hex;
  readonly to: Hex;
  readonly value: bigint;
}

const TOKEN_EVENTS = parseAbi([
  'event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)',
  'event Transfer(address indexed from, address indexed to, uint256 value)',
]);
/** An authorization holds for seconds: what used it lies among the newest blocks. */
const BLOCKS_BACK = 500n;

/** Asks a node. Every question throws {DomainError} `dependency_unavailable` when it does not answer. */
export function channelQuestions(request: Request): ChannelQuestions {
  const ask = async <T>(functionName: string, args: readonly unknown[]): Promise<T> => {
    const abi: Abi = feedChannelAbi;
    const call = { to: CHANNEL_CONTRACT, data: encodeFunctionData({ abi, functionName, args }) };
    const data = await request<Hex>('eth_call', [call, 'latest']);
    return decodeFunctionResult({ abi, functionName, data }) as T;
  };
  return {
    channel: (id, { withdrawDelay }) =>
      answered(async () => {
        const [balance, claimed] = await ask<readonly [bigint, bigint]>('channels', [id]);
        const [, initiated] = await ask<readonly [bigint, number]>('pendingWithdrawals', [id]);
        const refund_nonce = await ask<bigint>('refundNonce', [id]);
        const withdraw_at = initiated === 0 ? null : seconds(Number(initiated) + withdrawDelay);
        return { balance, claimed, refund_nonce, withdraw_at };
      }),
    unsettled: (receiver, token) =>
      answered(async () => {
        const [claimed, settled] = await ask<readonly [bigint, bigint]>('receivers', [receiver, token]);
        return claimed - settled;
      }),
    goesThrough: (from, data) =>
      answered(() =>
        request('eth_call', [{ from, to: CHANNEL_CONTRACT, data }, 'latest']).then(
          () => true,
          (error: unknown) => {
            if (error instanceof RpcRefusal && error.revert_data !== null) return false;
            throw error;
          },
        ),
      ),
    gasPrice: () => answered(async () => hexToBigInt(await request<Hex>('eth_gasPrice', []))),
    succeeded: (transaction) =>
      answered(async () => {
        const receipt = await request<{ status: Hex } | null>('eth_getTransactionReceipt', [transaction]);
        return receipt && receipt.status === '0x1';
      }),
    transferOf: (token, moved) => answered(() => transferOf(request, token, moved)),
  };
}

async function transferOf(request: Request, token: Hex, { from, nonce, to, value }: AuthorizedTransfer) {
  const latest = hexToBigInt(await request<Hex>('eth_blockNumber', []));
  const fromBlock = numberToHex(latest > BLOCKS_BACK ? latest - BLOCKS_BACK : 0n);
  const logs = (topics: unknown) =>
    request<{ transactionHash: Hex; data: Hex }[]>('eth_getLogs', [{ address: token, fromBlock, topics }]);
  const [used] = await logs(
    encodeEventTopics({ abi: TOKEN_EVENTS, eventName: 'AuthorizationUsed', args: { authorizer: from, nonce } }),
  );
  if (!used) return null;
  // The same nonce may have been signed for somebody else: only the transfer says for whom it was used.
  const transfers = await logs(encodeEventTopics({ abi: TOKEN_EVENTS, eventName: 'Transfer', args: { from, to } }));
  const found = transfers.find(
    (log) => log.transactionHash === used.transactionHash && hexToBigInt(log.data) === value,
  );
  return found?.transactionHash ?? null;
}

async function answered<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw new DomainError('dependency_unavailable', "the chain's node did not answer", {}, { cause });
  }
}
