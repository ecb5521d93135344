import type { Chain, EntryState, EscrowTerms, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../../kernel/clock.js';

/** How an entry's row looks. Amounts are token base units, which are micros; `chain` is as it was when the terms were offered. */
export interface EntryRow {
  /** Hash of the terms on their chain. */
  id: Hex;
  mode: Mode;
  bounty_id: Id<'bounty'>;
  agent_id: Id<'agent'>;
  chain: Chain;
  terms: EscrowTerms;
  amount: bigint;
  valid_before: Instant;
  signature: Hex | null;
  state: EntryState;
  transaction: Hex | null;
  reason: string | null;
  /** What releases order to be paid, fees included. */
  ordered: bigint;
  /** What the chain has paid, fees included. */
  paid: bigint;
  /** Set with the closing statement: all that will ever be paid. */
  owed_total: bigint | null;
  closing_signature: Hex | null;
  /** The log that showed it closed, `block hash:index`; null until then. */
  closed_by: string | null;
  /** How many transactions that were to close it came to nothing. */
  closing_attempt: number;
  created_at: Instant;
}

/** How a release's row looks: one accepted capture's pay, in the order of `seq`. */
export interface ReleaseRow {
  capture_id: Id<'capture'>;
  entry: Hex;
  seq: number;
  commitment: Hex;
  pay_to: Hex;
  /** Whom the Distributor then owes it; null when it pays a wallet. */
  pay_for: Hex | null;
  amount: bigint;
  fee: bigint;
  paid_before: bigint;
  /** The releaser's; null until it has signed. */
  signature: Hex | null;
  /** The log that showed it paid, `block hash:index`; null until then. */
  paid_by: string | null;
  transaction: Hex | null;
  /** How many transactions that began with it came to nothing. */
  attempt: number;
  created_at: Instant;
}
