import { ACCOUNT_CODES, type AccountCode } from './accounts.js';
import type { Counters } from './ledger.repository.js';

/** What an account holds, in micros, seen from the side on which it grows. */
export interface Balance extends Counters {
  /** Posted in minus posted out. Negative only on accounts without a guard. */
  readonly posted: bigint;
  /** Set aside by pending transfers on their way in; not spendable. */
  readonly pending_in: bigint;
  /** Set aside by pending transfers on their way out; no longer spendable. */
  readonly pending_out: bigint;
  /** What a transfer can take now: posted − pending_out. */
  readonly available: bigint;
}

const NOTHING: Counters = { debits_pending: 0n, debits_posted: 0n, credits_pending: 0n, credits_posted: 0n };

/** The balance that an account's counters say. Null counters are an account never opened: all zero. */
export function balanceOf(code: AccountCode, counters: Counters | null): Balance {
  const { debits_pending, debits_posted, credits_pending, credits_posted } = counters ?? NOTHING;
  const byDebit = ACCOUNT_CODES[code].grows_by === 'debit';
  const posted = byDebit ? debits_posted - credits_posted : credits_posted - debits_posted;
  const [pending_in, pending_out] = byDebit ? [debits_pending, credits_pending] : [credits_pending, debits_pending];
  return {
    posted,
    pending_in,
    pending_out,
    available: posted - pending_out,
    debits_pending,
    debits_posted,
    credits_pending,
    credits_posted,
  };
}
