import type { Id } from '@groundtruth/sdk/protocol';
import { deriveId } from '../kernel/ids.js';
import type { LedgerNumber } from './ledgers.js';

/** Bits of `ledger_account.flags`. */
export const ACCOUNT_FLAGS = {
  /** Debits, pending ones included, may not exceed posted credits: the account cannot be overdrawn. */
  debits_within_credits: 1,
  /** The same the other way round. */
  credits_within_debits: 2,
  /** Counters are remembered after every batch, so that the balance of any instant can be asked for. */
  history: 4,
  /** Takes nothing new; what is pending can still be voided or expire. */
  closed: 8,
} as const;

const { debits_within_credits: GUARDED, credits_within_debits: NOT_OVERPAID, history: HISTORY } = ACCOUNT_FLAGS;

/**
 * The chart of accounts. A `debit` account (asset, expense) grows by debits, a `credit` account (liability, income) by credits.
 * Numbers are stored: never change or reuse one.
 */
export const ACCOUNT_CODES = {
  /** Where sandbox dollars come from; test mode only. */
  sandbox_issuer: { code: 1, grows_by: 'debit', flags: HISTORY },
  /** Money at the card processor. */
  card_balance: { code: 2, grows_by: 'debit', flags: HISTORY },
  /** Tokens in our contracts. Guarded: more than arrived cannot leave. */
  chain_balance: { code: 3, grows_by: 'debit', flags: NOT_OVERPAID | HISTORY },
  /** Card disputes between the bank's debit and its decision. */
  disputes_clearing: { code: 4, grows_by: 'debit', flags: 0 },
  /** What a requester can spend. Owner `agt_…`. */
  agent_available: { code: 10, grows_by: 'credit', flags: GUARDED },
  /** What a bounty holds. Owner `bty_…`. */
  bounty: { code: 11, grows_by: 'credit', flags: GUARDED },
  /** What a contributor has earned and not yet been sent. Owner `ctr_…`. */
  contributor_payable: { code: 12, grows_by: 'credit', flags: GUARDED },
  /** A payout that has left and not yet arrived. Owner `ctr_…`. */
  contributor_in_transit: { code: 13, grows_by: 'credit', flags: GUARDED },
  /** What the owner of a feed has earned from reads. Owner `agt_…`. */
  feed_owner_payable: { code: 14, grows_by: 'credit', flags: GUARDED },
  /** A share of fees kept for upheld disputes. */
  loss_reserve: { code: 15, grows_by: 'credit', flags: GUARDED },
  /** What a closing statement returns to a funder on chain, until the chain shows it. Owner `bty_…`. */
  funder_in_transit: { code: 16, grows_by: 'credit', flags: GUARDED },
  fees: { code: 20, grows_by: 'credit', flags: 0 },
  /** What the platform pays out of its own pocket. */
  platform_losses: { code: 30, grows_by: 'debit', flags: 0 },
  /** Charges of the card processor and of the chain. */
  rail_costs: { code: 31, grows_by: 'debit', flags: 0 },
} as const satisfies Record<string, { code: number; grows_by: 'debit' | 'credit'; flags: number }>;

export type AccountCode = keyof typeof ACCOUNT_CODES;

const NAMES = new Map(Object.entries(ACCOUNT_CODES).map(([name, { code }]) => [code as number, name as AccountCode]));

/** The name of a stored code; null for a number that no account of ours has. */
export const accountCodeOf = (code: number): AccountCode | null => NAMES.get(code) ?? null;

/** What an account is, whether or not it has been opened. `owner` is the id of what it belongs to, or '' for the platform's own. */
export interface AccountKey {
  readonly ledger: LedgerNumber;
  readonly code: AccountCode;
  readonly owner: string;
}

/** The public id of an account: the same key always has the same one. */
export function accountId({ ledger, code, owner }: AccountKey): Id<'account'> {
  return deriveId('account', String(ledger), code, owner);
}
