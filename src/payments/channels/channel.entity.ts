import type { ChannelConfig, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../kernel/clock.js';
import type { ChannelRowState } from './channel.machine.js';

/** How a channel's row looks. Amounts in token base units, which are micros; `claimed ≤ charged ≤ signed` always. */
export interface ChannelRow {
  readonly id: Hex;
  readonly mode: Mode;
  readonly chain_id: bigint;
  readonly payer: Hex;
  /** Whose key signs its vouchers. */
  readonly signer: Hex;
  readonly config: ChannelConfig;
  readonly state: ChannelRowState;
  /** What had been charged of it before we knew it. */
  readonly began: bigint;
  readonly charged: bigint;
  readonly signed: bigint;
  /** Of the largest voucher; null before the first. */
  readonly signature: Hex | null;
  /** What is in it by the chain, claimed or not. */
  readonly balance: bigint;
  readonly claimed: bigint;
  readonly refund_nonce: string;
  /** When an announced withdrawal can be taken; null without one. */
  readonly withdraw_at: Instant | null;
  /** What was charged and had left before it was claimed. */
  readonly lost: bigint;
  /** How often `lost` changed. */
  readonly losses: number;
  /** What claims of it or refunds it now. */
  readonly operation: string | null;
  /** Reasons to ask the chain about it, and how many of them were asked about. */
  readonly refresh: number;
  readonly refreshed: number;
  readonly created_at: Instant;
}

/** A channel as the chain has it. Amounts in token base units. */
export interface ChannelOnChain {
  readonly balance: bigint;
  readonly claimed: bigint;
  /** Of the next signed refund. */
  readonly refund_nonce: bigint;
  /** When the announced withdrawal can be taken; null without one. */
  readonly withdraw_at: Instant | null;
}
