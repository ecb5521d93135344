import type { Hex } from 'viem';
import type { Tx } from '../database/index.js';
import type { Confirmations } from './confirmations.js';

/** A log of a block. The same event mined in another block is another log. Addresses, topics and hashes are lower case. */
export interface ChainLog {
  readonly chain_id: number;
  readonly block_hash: Hex;
  readonly log_index: number;
  readonly block: bigint;
  readonly tx_hash: Hex;
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  /**
   * 0; counts up each time the chain comes back to a block it had abandoned. What is written for a log under an id of its own needs it
   * in that id, since the log can be applied, reversed and applied again.
   */
  readonly round: number;
}

/** What one contract's logs mean. */
export interface LogHandler {
  /** How deep the log's block must lie before the log is applied. */
  depthOf(log: ChainLog): Confirmations;
  /**
   * What the log is about, e.g. one of its topics: logs about the same are applied in the chain's order, so one that must lie deep makes
   * the later ones wait. Without it, or for null, a log waits only for its own depth.
   */
  subjectOf?(log: ChainLog): string | null;
  /** Writes what the log means, in the transaction that marks it applied, and nowhere else. When it throws, it is called again later. */
  apply(tx: Tx, log: ChainLog): Promise<void>;
  /** Undoes `apply`, in the transaction that marks the log reversed. When it throws, nothing more is read until it succeeds. */
  reverse(tx: Tx, log: ChainLog): Promise<void>;
}
