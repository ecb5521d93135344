import type { Instant } from '../../kernel/clock.js';

/** Of what is our own at Stripe. */
export const PLATFORM = 'platform';

/** A balance transaction of the platform, in micros. */
export interface StripeRow {
  /** `txn_…`. */
  readonly id: string;
  /** What it is about, such as `tr_…` or `ch_…`; null for what Stripe charges us. */
  readonly source: string | null;
  readonly type: string;
  /** What it changed the balance by, fees taken off. */
  readonly net: bigint;
  readonly created_at: Instant;
}

/** One ledger transfer from or to the account `card_balance` of the platform. */
export interface LedgerRow {
  readonly id: string;
  /** What it changed the account by, in micros. */
  readonly change: bigint;
  /** The Stripe object or balance transaction it was booked for; null when nobody said. */
  readonly reference: string | null;
  readonly created_at: Instant;
}

/** One payout as our row and as Stripe's Transfer say it. Micros. */
export interface PayoutPair {
  readonly payout: string;
  /** Something happened to it at Stripe a moment ago that may still be on its way into our rows. */
  readonly is_young: boolean;
  readonly ours: {
    readonly account: string;
    readonly amount: bigint;
    readonly reversed: bigint;
    readonly transfer: string | null;
    /** Set aside, and Stripe has neither taken nor refused it. */
    readonly is_planned: boolean;
  } | null;
  readonly stripe: readonly {
    readonly id: string;
    readonly account: string;
    readonly amount: bigint;
    readonly reversed: bigint;
  }[];
}

/** What Stripe holds for somebody, and what our books say it holds. Micros. */
export interface Holding {
  /** `PLATFORM`, or `acct_…`. */
  readonly of: string;
  readonly stripe: bigint;
  readonly books: bigint;
  /** What Stripe has done a moment ago and may still be on its way into the books. */
  readonly flying: bigint;
}

export interface Statement {
  readonly stripe: readonly StripeRow[];
  readonly ledger: readonly LedgerRow[];
  readonly holdings: readonly Holding[];
  readonly payouts: readonly PayoutPair[];
  /** What Stripe shows and no books can be compared with: money in another currency, accounts that could not be read. */
  readonly incomparable: readonly Finding[];
  /** Rows of Stripe from then on may still be on their way into the ledger. */
  readonly settled_before: Instant;
}

export type FindingRule =
  | 'not_in_ledger'
  | 'not_at_stripe'
  | 'amount'
  | 'balance'
  | 'transfer'
  | 'sent_twice'
  | 'planned'
  | 'currency'
  | 'unread';

/** Something that does not match: which rule, which row, by how much (Stripe less ours, micros), in words. */
export interface Finding {
  readonly rule: FindingRule;
  readonly row: string;
  readonly difference: bigint;
  readonly detail: string;
}

export interface Reconciliation {
  /** Things that match on both sides. */
  readonly matched: number;
  /** Rows of Stripe too young to be missed. */
  readonly in_flight: number;
  readonly findings: readonly Finding[];
}

/**
 * Compares Stripe with the books row by row, then balances, then each payout with its Transfer. Pure. A row is matched by the object it is
 * about, so that a charge and its fee, booked as two transfers, are one thing.
 */
export function reconcile(statement: Statement): Reconciliation {
  const { stripe, ledger, settled_before } = statement;
  const ours = new Map<string, LedgerRow[]>();
  for (const row of ledger) push(ours, row.reference ?? row.id, row);
  const findings: Finding[] = [...statement.incomparable];
  let matched = 0;
  let flying = 0n;
  let in_flight = 0;
  for (const [key, rows] of grouped(stripe)) {
    const booked = rows.flatMap(({ id }) => take(ours, id)).concat(key === rows[0]!.id ? [] : take(ours, key));
    const there = sum(rows.map(({ net }) => net));
    const here = sum(booked.map(({ change }) => change));
    if (there === here) matched++;
    else if (rows.some(({ created_at }) => created_at >= settled_before)) {
      in_flight++;
      flying += there - here;
    } else findings.push(difference(key, rows, booked, there - here));
  }
  for (const [key, rows] of ours) {
    const change = sum(rows.map((row) => row.change));
    if (change === 0n) matched++; // Booked, and corrected since.
    else findings.push({ rule: 'not_at_stripe', row: key, difference: -change, detail: `${rows.map(({ id }) => id).join(', ')} is about nothing that Stripe shows` });
  } // prettier-ignore
  for (const { of, stripe: there, books, flying: young } of statement.holdings) {
    const expected = books + young + (of === PLATFORM ? flying : 0n);
    if (there === expected) matched++;
    else findings.push({ rule: 'balance', row: of, difference: there - expected, detail: `Stripe holds another sum for ${of} than the books` });
  } // prettier-ignore
  for (const pair of statement.payouts) {
    const finding = payoutFinding(pair);
    if (!finding) matched++;
    else if (pair.is_young && finding.rule !== 'sent_twice') in_flight++;
    else findings.push(finding);
  }
  return { matched, in_flight, findings };
}

function difference(row: string, stripe: readonly StripeRow[], booked: readonly LedgerRow[], by: bigint): Finding {
  const what = stripe.map(({ id, type }) => `${id} (${type})`).join(', ');
  if (booked.length === 0)
    return { rule: 'not_in_ledger', row, difference: by, detail: `${what} is not in the ledger` };
  return { rule: 'amount', row, difference: by, detail: `${what} is booked with another sum` };
}

function payoutFinding({ payout, ours, stripe }: PayoutPair): Finding | null {
  const [made, ...more] = stripe;
  const about = (rule: FindingRule, by: bigint, detail: string): Finding => ({
    rule,
    row: payout,
    difference: by,
    detail,
  });
  if (more.length > 0) return about('sent_twice', sum(more.map(({ amount }) => amount)), `several Transfers: ${stripe.map(({ id }) => id).join(', ')}`); // prettier-ignore
  if (!ours) return made ? about('transfer', made.amount, `${made.id} names a payout that we do not know`) : null;
  if (!made) {
    if (ours.is_planned) return about('planned', 0n, 'Stripe has neither made its Transfer nor refused it');
    return ours.transfer === null ? null : about('transfer', -ours.amount, `${ours.transfer} is not at Stripe`);
  }
  if (ours.transfer !== made.id) return about('transfer', made.amount, `${made.id} is not booked`);
  if (made.account !== ours.account) return about('transfer', 0n, `${made.id} went to ${made.account}`);
  if (made.amount !== ours.amount) return about('transfer', made.amount - ours.amount, `${made.id} has another amount`);
  if (made.reversed !== ours.reversed)
    return about('transfer', ours.reversed - made.reversed, `of ${made.id} another sum came back`);
  return null;
}

function grouped(rows: readonly StripeRow[]): Map<string, StripeRow[]> {
  const groups = new Map<string, StripeRow[]>();
  for (const row of rows) push(groups, row.source ?? row.id, row);
  return groups;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function take<T>(map: Map<string, T[]>, key: string): T[] {
  const list = map.get(key) ?? [];
  map.delete(key);
  return list;
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
