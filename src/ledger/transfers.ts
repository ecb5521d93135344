import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { deriveId } from '../kernel/ids.js';
import type { AccountKey } from './accounts.js';

export type TransferId = Id<'transfer'>;

/** The id of the transfer that `cause` makes for `purpose`. The same two always give the same id, so a second try is the same transfer. */
export const transferId = (cause: string, purpose: string): TransferId => deriveId('transfer', cause, purpose);

/**
 * `single` moves money at once. `pending` sets it aside; then, once, `post` moves at most that much and frees the rest, `void` frees all
 * of it, or `expire` does after `expires_at`. Numbers are stored.
 */
export const TRANSFER_KINDS = { single: 0, pending: 1, post: 2, void: 3, expire: 4 } as const;
export type TransferKind = keyof typeof TRANSFER_KINDS;

/** Why money moved. Numbers are stored: never change or reuse one. */
export const TRANSFER_CODES = {
  sandbox_credit: 1,
  top_up: 2,
  bounty_hold: 10,
  bounty_refund: 11,
  capture_pay: 12,
  platform_fee: 13,
  reserve_fill: 14,
  dispute_pay: 15,
  loss_cover: 16,
  read_charge: 20,
  read_share: 21,
  payout: 30,
  payout_return: 31,
  rail_cost: 32,
  chargeback: 40,
  correction: 41,
  hold_expiry: 42,
  card_refund: 43,
  chargeback_won: 44,
  channel_settle: 45,
  /** A pledge was withdrawn before its bounty opened. */
  pledge_return: 46,
} as const;
export type TransferCode = keyof typeof TRANSFER_CODES;

/** Moves `amount` from `debit` to `credit` (ids of accounts on one ledger). All of it but `linked` is the body that a repeat must match. */
export interface TransferRequest {
  id: TransferId;
  kind: TransferKind;
  /** For `post`, `void` and `expire` 0n means: as in the pending transfer. */
  debit: bigint;
  credit: bigint;
  /** Micros, more than 0 and at most 10^15. For `void` and `expire` 0n means: all of it. */
  amount: bigint;
  code: TransferCode;
  /** The pending transfer that a `post`, `void` or `expire` resolves; absent otherwise. */
  pending_id?: TransferId;
  /** Only for `pending`: when it frees itself. Absent means never. */
  expires_at?: Instant;
  /** The next transfer belongs to the same chain: all of a chain or none. A chain may not end a batch open. */
  linked?: boolean;
  /** What outside the ledger it belongs to: a payment intent, a transaction hash. */
  reference?: string;
  /** What inside the product it belongs to: a bounty, a top-up. */
  correlation?: string;
}

/**
 * What became of one request. `ok` and `exists` (posted before, with the same body) are success; every other answer changed nothing.
 * When several apply, the first that `ledger_post` checks is given.
 */
export const TRANSFER_RESULTS = [
  'ok', 'exists', 'exists_different',
  'invalid_amount', 'invalid_expiry', 'same_account', 'no_account', 'ledger_mismatch', 'account_closed',
  'exceeds_credits', 'exceeds_debits',
  'pending_not_found', 'pending_mismatch', 'pending_already_posted', 'pending_already_voided', 'pending_expired', 'pending_not_due', 'exceeds_pending',
  'linked_failed', 'linked_chain_open',
] as const; // prettier-ignore
export type TransferResult = (typeof TRANSFER_RESULTS)[number];

/** A transfer as it was written. */
export interface Transfer {
  readonly id: TransferId;
  /** Its place in the ledger; of two transfers on one account the later has the larger. */
  readonly seq: bigint;
  readonly kind: TransferKind;
  readonly code: TransferCode;
  readonly debit: AccountKey;
  readonly credit: AccountKey;
  readonly amount: bigint;
  readonly pending_id: TransferId | null;
  readonly expires_at: Instant | null;
  readonly reference: string | null;
  readonly correlation: string | null;
  readonly created_at: Instant;
}
