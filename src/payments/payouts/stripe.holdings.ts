import type Stripe from 'stripe';
import { CURRENCY, microsOf } from '../stripe/cents.js';
import type { Finding, StripeRow } from './reconcile.rules.js';

const PAGE = 100;
/** How often the newest rows are read again until nothing came between them and the balance. */
const CATCH_UPS_MAX = 20;
/** How often everything is read from the beginning: a row may have been written behind newer ones. */
const LISTINGS_MAX = 2;

type Row = Stripe.BalanceTransaction;

interface PlatformSide {
  readonly rows: readonly StripeRow[];
  /** Rows of another currency, which are none of the dollars. */
  readonly foreign: readonly Finding[];
  readonly balance: Stripe.Balance;
}

/** All that ever changed our balance at Stripe, and the balance after just that. Network, changes nothing. */
export async function platformSide(stripe: Stripe): Promise<PlatformSide> {
  for (let listing = 1; ; listing++) {
    const { rows, balance } = await settledSide(stripe);
    if (!isSumOf(balance, rows) && listing < LISTINGS_MAX) continue;
    const dollars = rows.filter(isDollars);
    const foreign = rows.filter((row) => !isDollars(row)).map(({ id, net, currency }) => inCurrency(id, net, currency));
    return { rows: dollars.map(rowOf), foreign, balance };
  }
}

/** Money moves while we read: what came meanwhile is read too, until it is certain that the balance is the one after these rows. */
async function settledSide(stripe: Stripe): Promise<{ rows: readonly Row[]; balance: Stripe.Balance }> {
  let rows = await rowsBefore(stripe, new Set());
  for (let read = 1; ; read++) {
    const balance = await stripe.balance.retrieve();
    const news = await rowsBefore(stripe, new Set(rows.map(({ id }) => id)));
    if (news.length === 0 || isSumOf(balance, rows)) return { rows, balance };
    rows = [...news, ...rows];
    if (isSumOf(balance, rows) || read === CATCH_UPS_MAX) return { rows, balance };
  }
}

/** The newest balance transactions until one that is known. */
async function rowsBefore(stripe: Stripe, known: ReadonlySet<string>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of stripe.balanceTransactions.list({ limit: PAGE })) {
    if (known.has(row.id)) break;
    rows.push(row);
  }
  return rows;
}

/** What Stripe holds for one account in cents, on it and on the way to its bank; and what of it is in another currency. Network, changes nothing. */
export async function heldFor(stripe: Stripe, account: string): Promise<{ cents: number; foreign: Finding[] }> {
  const balance = await stripe.balance.retrieve({}, { stripeAccount: account });
  const foreign = foreignIn(balance, account);
  let cents = centsIn(balance);
  for (const status of ['pending', 'in_transit'])
    for await (const { amount, currency } of stripe.payouts.list({ status, limit: PAGE }, { stripeAccount: account }))
      if (currency === CURRENCY) cents += amount;
      else foreign.push(inCurrency(account, amount, currency));
  return { cents, foreign };
}

/** What a balance has in other currencies than dollars, each a finding about `of`. */
export function foreignIn({ available, pending }: Stripe.Balance, of: string): Finding[] {
  const there = [...available, ...pending].filter(({ amount, currency }) => amount !== 0 && currency !== CURRENCY);
  return there.map(({ amount, currency }) => inCurrency(of, amount, currency));
}

/** In micros. */
export const dollarsOf = (balance: Stripe.Balance): bigint => microsOf(centsIn(balance));

const centsIn = ({ available, pending }: Stripe.Balance): number =>
  [...available, ...pending].filter(isDollars).reduce((sum, { amount }) => sum + amount, 0);

const isDollars = ({ currency }: { readonly currency: string }): boolean => currency === CURRENCY;

const isSumOf = (balance: Stripe.Balance, rows: readonly Row[]): boolean =>
  centsIn(balance) === rows.filter(isDollars).reduce((sum, { net }) => sum + net, 0);

const inCurrency = (row: string, units: number, currency: string): Finding => ({
  rule: 'currency',
  row,
  difference: 0n,
  detail: `${units} of the smallest unit of ${currency}, which no books here count`,
});

const rowOf = ({ id, source, type, net, created }: Row): StripeRow => ({
  id,
  source: typeof source === 'string' ? source : (source?.id ?? null),
  type,
  net: microsOf(net),
  created_at: created * 1000,
});
