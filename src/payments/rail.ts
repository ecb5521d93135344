import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type { Tx } from '../platform/database/index.js';

/** A bounty as a rail sees it: whose money, which account. */
export interface HeldBounty {
  readonly mode: Mode;
  readonly bounty_id: Id<'bounty'>;
  readonly agent_id: Id<'agent'>;
}

/** What one accepted capture is owed, in micros. */
export interface Settlement extends HeldBounty {
  readonly capture_id: Id<'capture'>;
  readonly contributor_id: Id<'contributor'>;
  readonly pay: bigint;
  readonly fee: bigint;
}

/**
 * How money stands behind a bounty. Every method joins the caller's transaction and may be repeated: its transfers carry ids
 * derived from what they are for, so a second try is the same transfer.
 */
export abstract class Rail {
  /** Moves `amount` from the requester to the bounty. @throws {DomainError} `insufficient_funds`. */
  abstract hold(tx: Tx, bounty: HeldBounty, amount: bigint): Promise<void>;
  /** Pays contributor and fee from the bounty, and the loss reserve its share of the fee: all or nothing. */
  abstract settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]>;
  /** Returns what the bounty still holds to the requester and answers how much that was. Once a bounty. */
  abstract refundRest(tx: Tx, bounty: HeldBounty): Promise<bigint>;
  /** What the bounty holds now. */
  abstract held(tx: Tx, bounty: HeldBounty): Promise<bigint>;
  /** What the requester could still hold. */
  abstract available(tx: Tx, mode: Mode, agentId: string): Promise<bigint>;
}
