import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { PayoutState } from './payout.machine.js';
import type { RecipientState } from './recipient.machine.js';

/** Something Stripe asks a contributor for, and by when it stops payouts. */
export interface Requirement {
  readonly what: string;
  readonly due: 'past' | 'now' | 'later';
}

/** The Stripe account of a contributor. */
export interface RecipientRow {
  readonly id: Id<'payout_account'>;
  readonly mode: Mode;
  readonly contributor_id: Id<'contributor'>;
  /** `acct_…`; null until Stripe has made it. */
  readonly account: string | null;
  readonly country: string;
  readonly state: RecipientState;
  readonly requirements: readonly Requirement[];
  readonly bank_refused: boolean;
  /** Whom Stripe verified, kept for screening and nothing else; null before. */
  readonly legal_name: string | null;
  /** Where that person lives, two letters; null before. */
  readonly legal_country: string | null;
  readonly look_at: Instant;
  readonly created_at: Instant;
}

export interface PayoutRow {
  readonly id: Id<'payout'>;
  readonly mode: Mode;
  readonly contributor_id: Id<'contributor'>;
  readonly recipient_id: Id<'payout_account'>;
  readonly account: string;
  /** Of its batch, such as `2026-11-21`. */
  readonly day: string;
  /** Micros, whole cents. */
  readonly amount: bigint;
  readonly state: PayoutState;
  /** `tr_…` and `py_…`; null until Stripe has shown the Transfer. */
  readonly transfer: string | null;
  readonly destination_payment: string | null;
  /** Micros that came back, by which reversals. */
  readonly reversed: bigint;
  readonly reversals: readonly string[];
  /** Stripe's payout to the bank that carried it last; null before the first. */
  readonly bank_payout: string | null;
  /** Why it was refused or came back, as Stripe names it; null when it did not. */
  readonly reason: string | null;
  readonly created_at: Instant;
  readonly sent_at: Instant | null;
  readonly arrived_at: Instant | null;
}

export type BankPayoutStatus = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';

/** What Stripe sends from a contributor's account to its bank. */
export interface BankPayoutRow {
  readonly id: string;
  readonly mode: Mode;
  readonly account: string;
  /** Negative when it takes from the bank what the account owes. */
  readonly amount: bigint;
  readonly status: BankPayoutStatus;
  /** Ids of payments, and of payouts that had come back, that it carries. */
  readonly sources: readonly string[];
  /** Whether the ledger has it as gone. */
  readonly is_booked: boolean;
  readonly created_at: Instant;
}
