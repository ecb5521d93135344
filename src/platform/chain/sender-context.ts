import { type Abi, type Address, type Hex, keccak256, type TransactionSerializableEIP1559 } from 'viem';
import { type Clock, type Instant } from '../../kernel/clock.js';
import type { UnitOfWork } from '../database/index.js';
import type { Log } from '../telemetry/index.js';
import type { DoneHandlers } from './done-handlers.js';
import type { ChainFailpoint } from './failpoints.js';
import type { Fees, Market } from './fees.js';
import type { Block, ChainNode } from './node.js';
import type { Sender } from './operations.repository.js';
import type { Attempt } from './txs.repository.js';

/** A key that signs transactions; viem's local accounts are such. */
export interface TransactionSigner {
  readonly address: Address;
  signTransaction(transaction: TransactionSerializableEIP1559): Promise<Hex>;
}

export interface SenderPolicy {
  /** Never offered more than this, in wei a unit of gas. */
  readonly max_fee_cap: bigint;
  /** A transaction that was not mined in this many blocks offers more. */
  readonly replace_after_blocks: number;
  /** Or that was not mined in this many milliseconds, in which at least one block came. */
  readonly replace_after_ms: number;
  /** Transactions under way at a time; nodes keep no more than 16 of one sender for sure. */
  readonly in_flight_max: number;
}

/** What the steps of one sender share. */
export interface SenderContext {
  readonly sender: Sender;
  readonly signer: TransactionSigner;
  readonly node: ChainNode;
  readonly unitOfWork: UnitOfWork;
  readonly handlers: DoneHandlers;
  readonly clock: Clock;
  readonly log: Log;
  readonly policy: SenderPolicy;
  readonly errors: Abi;
  readonly at: ChainFailpoint;
}

/** What the chain asks now. */
export async function market({ node }: SenderContext, latest: Block): Promise<Market> {
  return { base_fee: latest.base_fee, tip: await node.priorityFee() };
}

interface Unsigned extends Fees {
  readonly nonce: bigint;
  readonly gas: bigint;
  readonly to: Address;
  readonly data: Hex;
  readonly value: bigint;
}

/** Signs one attempt. Nothing leaves this process. */
export async function sign(context: SenderContext, unsigned: Unsigned, latest: Block): Promise<Attempt> {
  const { nonce, max_fee, max_priority_fee, gas, to, data, value } = unsigned;
  const raw = await context.signer.signTransaction({
    type: 'eip1559',
    chainId: context.sender.chain_id,
    nonce: Number(nonce),
    maxFeePerGas: max_fee,
    maxPriorityFeePerGas: max_priority_fee,
    gas,
    to,
    data,
    value,
  });
  const created_at: Instant = context.clock.now();
  return { hash: keccak256(raw), raw, max_fee, max_priority_fee, at_block: latest.number, created_at };
}
