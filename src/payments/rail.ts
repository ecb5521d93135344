import type { EscrowEntry, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../kernel/clock.js';
import type { Tx } from '../platform/database/index.js';
import type { RailName } from './accounts.js';

/** A bounty as a rail sees it: whose money, which account. */
export interface HeldBounty {
  readonly mode: Mode;
  readonly bounty_id: Id<'bounty'>;
  readonly agent_id: Id<'agent'>;
  readonly rail: RailName;
}

/** What a funder is offered to fund: so much, from this wallet, until then. */
export interface Funding extends HeldBounty {
  /** Micros: price and fee of every slot. */
  readonly amount: bigint;
  /** The wallet that pays, and where the rest returns; null on a rail without wallets. */
  readonly payer: { readonly address: Hex; readonly refund_to: Hex } | null;
  /** Until when the bounty can be funded. */
  readonly until: Instant;
  /** The last moment at which work for it can arrive. */
  readonly deadline: Instant;
}

/** What a slot was reserved at, in micros. */
export interface Slot {
  readonly price: bigint;
  readonly fee: bigint;
}

/** What one accepted capture is owed, in micros. */
export interface Settlement extends HeldBounty {
  readonly capture_id: Id<'capture'>;
  readonly contributor_id: Id<'contributor'>;
  readonly pay: bigint;
  readonly fee: bigint;
  /** What the chain is told: the capture by its commitment, and the payout fixed at the reservation; null on a rail without wallets. */
  readonly payout: { readonly commitment: Hex; readonly to: Hex } | null;
}

/**
 * How money stands behind a bounty. Every method joins the caller's transaction and may be repeated: its transfers carry ids
 * derived from what they are for, so a second try is the same transfer.
 */
export abstract class Rail {
  /** Readies what a requester needs to fund a draft. Nothing on a rail that holds at once. */
  abstract offer(tx: Tx, funding: Funding): Promise<void>;
  /**
   * Moves `amount` from the requester to the bounty. `pending`: it has been set going, and an event `escrow.funded` tells when it is there.
   * @throws {DomainError} `insufficient_funds`, `signature_invalid`, `policy_refused`, `policy_held`.
   */
  abstract hold(tx: Tx, bounty: HeldBounty, amount: bigint, authorization: Hex | null): Promise<'held' | 'pending'>;
  /** Whether policy lets this money in: anyone who holds an authorization can send it past us. Asked before the bounty opens. */
  abstract admits(tx: Tx, bounty: HeldBounty): Promise<boolean>;
  /** Ends the offer of a bounty that closes without having been funded. */
  abstract abandon(tx: Tx, bounty: HeldBounty): Promise<void>;
  /** The fee on `pay` of a slot: never more than the slot's. */
  abstract feeOf(tx: Tx, bounty: HeldBounty, slot: Slot, pay: bigint): Promise<bigint>;
  /** Pays contributor and fee from the bounty, and the loss reserve its share of the fee: all or nothing. */
  abstract settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]>;
  /** Returns what the bounty still holds to the requester and answers how much that was. Once a bounty. */
  abstract refundRest(tx: Tx, bounty: HeldBounty): Promise<bigint>;
  /** What the bounty holds now. */
  abstract held(tx: Tx, bounty: HeldBounty): Promise<bigint>;
  /** What the requester could still hold: of its prepaid balance, or of the wallet it would pay from. */
  abstract available(tx: Tx, mode: Mode, agentId: string, wallet: Hex | null): Promise<bigint>;
  /** How the bounty is funded on chain; null on a rail without one. */
  abstract entry(tx: Tx, bounty: HeldBounty): Promise<EscrowEntry | null>;
}
