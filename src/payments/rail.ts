import type { Authorization, EscrowEntry, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../kernel/clock.js';
import type { Tx } from '../platform/database/index.js';
import type { Fund } from '../ledger/index.js';
import type { RailName } from './accounts.js';
import type { Share } from './funders.js';

/** A bounty as a rail sees it: whose money, which account. */
export interface HeldBounty {
  readonly mode: Mode;
  readonly bounty_id: Id<'bounty'>;
  readonly agent_id: Id<'agent'>;
  readonly rail: RailName;
  /** The money that it holds; of a draft, what it would hold by default. */
  readonly fund: Fund;
}

/** What became of a hold. */
export interface Held {
  /** `pending`: it has been set going, and an event `escrow.funded` tells when it is there. */
  readonly state: 'held' | 'pending';
  /** Whose money it is; it returns there. */
  readonly fund: Fund;
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

/** An authorization to take money from a wallet, with what the chain said of that wallet a moment ago. */
export interface Examined {
  readonly authorization: Authorization;
  readonly payer: {
    /** Token base units it holds. */
    readonly balance: bigint;
    /** The authorization is used or cancelled. */
    readonly is_spent: boolean;
    /** It is a contract that says the signature is its own. */
    readonly accepts: boolean;
  };
}

/** An entry that somebody wants to fund. */
export interface OfferedEntry {
  readonly mode: Mode;
  readonly entry: EscrowEntry | null;
  /** Micros that have to come. */
  readonly amount: bigint;
  readonly authorization: Authorization | null;
}

/** One co-funder's money for a bounty. */
export interface Pledged {
  readonly id: Id<'pledge'>;
  readonly agent_id: Id<'agent'>;
  /** Micros. */
  readonly amount: bigint;
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
  readonly payout: (Payout & { readonly commitment: Hex }) | null;
}

/** Where a capture is paid on chain. */
export interface Payout {
  /** A wallet, or the Distributor. */
  readonly to: Hex;
  /** The wallet that the Distributor then owes it to; null when `to` is one. */
  readonly for: Hex | null;
}

/**
 * How money stands behind a bounty. Every method with a `tx` joins the caller's transaction; all may be repeated: transfers carry ids
 * derived from what they are for, so a second try is the same transfer.
 */
export abstract class Rail {
  /** Readies what a requester needs to fund a draft. Nothing on a rail that holds at once. */
  abstract offer(tx: Tx, funding: Funding): Promise<void>;
  /**
   * Asks the chain what `hold` has to know of the payer of `entry`; null without one, or without an authorization. A network call: before the
   * transaction, never in it.
   * @throws {DomainError} `dependency_unavailable`.
   */
  abstract examine(funding: OfferedEntry): Promise<Examined | null>;
  /**
   * Moves `amount` from the requester to the bounty, all of it from one fund.
   * @throws {DomainError} `insufficient_funds`, `account_frozen`, `policy_refused`, `policy_held`, and what is wrong with the authorization.
   */
  abstract hold(tx: Tx, bounty: HeldBounty, amount: bigint, examined: Examined | null): Promise<Held>;
  /**
   * Moves more from the requester to a bounty that holds already: the `number`th time for it.
   * @throws {DomainError} `insufficient_funds`, `account_frozen`; `criteria_unreachable` on a rail where what is held is fixed.
   */
  abstract holdMore(tx: Tx, bounty: HeldBounty, amount: bigint, number: number): Promise<void>;
  /**
   * Moves a pledge from its agent to the bounty, from the fund of the pledges before it; answers which that is.
   * @throws {DomainError} `insufficient_funds`, `account_frozen`; `criteria_unreachable` on a rail where one wallet funds a bounty.
   */
  abstract pledge(tx: Tx, bounty: HeldBounty, pledge: Pledged): Promise<Fund>;
  /** Moves a pledge back to its agent, from a bounty that has spent nothing. */
  abstract withdraw(tx: Tx, bounty: HeldBounty, pledge: Pledged): Promise<void>;
  /** Who paid for the bounty and how much each, by id. Empty while nobody has. */
  abstract funders(tx: Tx, bounty: HeldBounty): Promise<Share[]>;
  /** Whether policy lets this money in: anyone who holds an authorization can send it past us. Asked before the bounty opens. */
  abstract admits(tx: Tx, bounty: HeldBounty): Promise<boolean>;
  /** Whether somebody may begin work for it now: false while the money it holds is in doubt. What is begun is decided and paid. */
  abstract takesWork(tx: Tx, bounty: HeldBounty): Promise<boolean>;
  /** Ends the offer of a bounty that closes without having been funded. */
  abstract abandon(tx: Tx, bounty: HeldBounty): Promise<void>;
  /** The fee on `pay` of a slot: never more than the slot's. */
  abstract feeOf(tx: Tx, bounty: HeldBounty, slot: Slot, pay: bigint): Promise<bigint>;
  /** Pays contributor and fee from the bounty, and the loss reserve its share of the fee: all or nothing. */
  abstract settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]>;
  /** Returns what the bounty still holds to its funders, by what each gave, and answers how much that was. Once a bounty. */
  abstract refundRest(tx: Tx, bounty: HeldBounty): Promise<Share[]>;
  /** What the bounty holds now. */
  abstract held(tx: Tx, bounty: HeldBounty): Promise<bigint>;
  /** What the requester could still hold of its prepaid balance; 0 on a rail without one. */
  abstract available(tx: Tx, mode: Mode, agentId: string): Promise<bigint>;
  /** What a wallet could still pay, 0 on a rail without wallets. A network call: never in a transaction. */
  abstract inWallet(mode: Mode, wallet: Hex): Promise<bigint>;
  /** How the bounty is funded on chain; null on a rail without one. */
  abstract entry(tx: Tx, bounty: HeldBounty): Promise<EscrowEntry | null>;
}
