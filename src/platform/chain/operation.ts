import type { Address, Hex } from 'viem';
import type { Instant } from '../../kernel/clock.js';
import type { Confirmations } from './confirmations.js';
import type { OperationState } from './operation.machine.js';

/** Something one signer is to do on a chain, once. */
export interface NewOperation {
  /** Derived from what causes it, e.g. uuidv5 of a ledger transfer: the same cause is the same operation. */
  readonly id: string;
  readonly to: Address;
  readonly data: Hex;
  /** Wei. */
  readonly value: bigint;
  /** Which handler is told of its end. */
  readonly purpose: string;
  /** How deep it must lie before it counts as done. */
  readonly confirmations: Confirmations;
}

/** An operation as it stands. */
export interface ChainOperation extends NewOperation {
  readonly chain_id: number;
  readonly signer: Address;
  readonly state: OperationState;
  /** Why it failed or was refused; else null. */
  readonly reason: string | null;
  /** What it waits for out of the ordinary, e.g. lower fees; else null. */
  readonly held: string | null;
  /** Where it was mined, as last seen; null before, and again after its block was abandoned. */
  readonly mined_block: bigint | null;
  readonly mined_block_hash: Hex | null;
  /** The attempt that was mined. */
  readonly mined_hash: Hex | null;
  /** Wei the signer paid for it. Null until it is mined. */
  readonly fee_paid: bigint | null;
  readonly created_at: Instant;
  readonly ended_at: Instant | null;
}

/** The id of an operation was used before, for another one. A bug of whoever derives ids. */
export class OperationDiffers extends Error {
  constructor(id: string, field: string) {
    super(`chain operation ${id} exists with another ${field}`);
    this.name = 'OperationDiffers';
  }
}
