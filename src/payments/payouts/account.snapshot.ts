import Stripe from 'stripe';
import type { Instant } from '../../kernel/clock.js';
import { CURRENCY, microsOf } from '../stripe/cents.js';
import type { BankPayoutStatus, Requirement } from './payout.entity.js';
import { inWords } from './requirement.words.js';

/** Objects of one account that are read: one a day makes more than three months, longer than any bank takes to send money back. */
const READ_MAX = 100;
/** The owner of an account has named a bank account. */
export const BANK_EVENTS = ['account.external_account.created', 'account.external_account.updated'] as const;

/** A Transfer of ours as Stripe shows it. Micros. */
export interface TransferSeen {
  readonly id: string;
  /** Of which payout it says it is; null when it names none. */
  readonly payout_id: string | null;
  readonly account: string;
  readonly amount: bigint;
  readonly destination_payment: string | null;
  readonly reversals: readonly { readonly id: string; readonly amount: bigint }[];
}

/** A payout from a contributor's account to its bank. Micros. */
export interface BankPayoutSeen {
  readonly id: string;
  readonly amount: bigint;
  readonly status: BankPayoutStatus;
  /** Null for one whose contents were not asked for. */
  readonly sources: readonly string[] | null;
  readonly failure: string | null;
  readonly created_at: Instant;
}

/** Everything Stripe says of one contributor's account at about one moment. */
export interface AccountSnapshot {
  readonly account: string;
  readonly is_closed: boolean;
  readonly capability: string | null;
  readonly requirements: readonly Requirement[];
  /** Whom Stripe has verified behind it; null before. */
  readonly owner: { readonly name: string; readonly country: string } | null;
  readonly transfers: readonly TransferSeen[];
  /** In dollars only: what is in another currency shows in the reconciliation. Empty when the account is closed: then Stripe shows none. */
  readonly bank_payouts: readonly BankPayoutSeen[];
  /** When its owner named another bank account last, as far as Stripe still tells; null when nothing was ever sent back. */
  readonly bank_named_at: Instant | null;
}

/**
 * Reads an account whole, oldest objects first: itself, its payouts, its Transfers. Payouts before Transfers: whatever a payout that is seen
 * has carried, its Transfer is seen too. Of a closed one Stripe answers the account and our Transfers, nothing else. `known`: of these ids,
 * the payouts whose contents need not be read. Network, changes nothing.
 */
export async function readAccount(
  stripe: Stripe,
  account: string,
  known: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<AccountSnapshot> {
  let itself = await retrieve(stripe, account);
  const bank = itself.closed ? null : await bankOf(stripe, account, known);
  if (bank === null && !itself.closed) itself = await retrieve(stripe, account); // It may have been closed meanwhile.
  const { data: transfers } = await stripe.transfers.list({ destination: account, limit: READ_MAX });
  const { closed, configuration, requirements } = itself;
  const capability = configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status ?? null;
  const seen: TransferSeen[] = [];
  for (const transfer of transfers.toReversed()) seen.push(transferSeen(transfer, await reversalsOf(stripe, transfer)));
  return {
    account,
    is_closed: closed ?? false,
    // One that Stripe does not let us act for takes no payouts, whatever else is said of it.
    capability: bank === null ? 'restricted' : capability,
    requirements: (requirements?.entries ?? []).map(inWords),
    owner: ownerOf(itself),
    transfers: seen,
    bank_payouts: bank?.payouts ?? [],
    bank_named_at: bank?.named_at ?? null,
  };
}

/** Whether Stripe does not let us act for the account: it is closed, or was taken from us. */
export const isOutOfReach = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripePermissionError && error.code === 'account_invalid';

const retrieve = (stripe: Stripe, account: string): Promise<Stripe.V2.Core.Account> =>
  stripe.v2.core.accounts.retrieve(account, { include: ['configuration.recipient', 'identity', 'requirements'] });

/** What went to its bank; null when Stripe does not let us act for the account. */
async function bankOf(
  stripe: Stripe,
  account: string,
  known: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<{ payouts: BankPayoutSeen[]; named_at: Instant | null } | null> {
  try {
    const { data } = await stripe.payouts.list({ limit: READ_MAX }, { stripeAccount: account });
    const dollars = data.filter(({ currency }) => currency === CURRENCY);
    const skipped = await known(dollars.map(({ id }) => id));
    const payouts: BankPayoutSeen[] = [];
    for (const payout of dollars.toReversed())
      payouts.push(bankPayoutSeen(payout, skipped.has(payout.id) ? null : await sourcesOf(stripe, payout, account)));
    const isSentBack = data.some(({ status }) => status === 'failed');
    return { payouts, named_at: isSentBack ? await bankNamedAt(stripe, account) : null };
  } catch (error) {
    if (isOutOfReach(error)) return null;
    throw error;
  }
}

function ownerOf({ identity }: Stripe.V2.Core.Account): AccountSnapshot['owner'] {
  const { given_name, surname } = identity?.individual ?? {};
  const name = [given_name, surname].filter(Boolean).join(' ');
  return name === '' || !identity?.country ? null : { name, country: identity.country.toUpperCase() };
}

/** A Transfer with the reversals it carries itself. */
export function transferSeen(
  transfer: Stripe.Transfer,
  reversals: readonly Stripe.TransferReversal[] = transfer.reversals.data,
): TransferSeen {
  const { id, amount, destination, destination_payment, metadata } = transfer;
  return {
    id,
    payout_id: metadata['payout_id'] ?? null,
    account: idOf(destination) ?? '',
    amount: microsOf(amount),
    destination_payment: idOf(destination_payment ?? null),
    reversals: reversals.map((one) => ({ id: one.id, amount: microsOf(one.amount) })),
  };
}

/** Its webhook may be lost, or come before that of the payout which the bank before it sent back. */
async function bankNamedAt(stripe: Stripe, account: string): Promise<Instant | null> {
  const { data } = await stripe.events.list({ types: [...BANK_EVENTS], limit: 1 }, { stripeAccount: account });
  return data[0] ? data[0].created * 1000 : null;
}

/** What an automatic payout carries. One made by hand takes from the balance, not from payments: Stripe does not say which. */
async function sourcesOf(stripe: Stripe, payout: Stripe.Payout, account: string): Promise<string[]> {
  if (!payout.automatic) return [];
  const rows: string[] = [];
  const list = stripe.balanceTransactions.list({ payout: payout.id, limit: READ_MAX }, { stripeAccount: account });
  for await (const { source } of list) {
    const id = idOf(source);
    if (id !== null && id !== payout.id) rows.push(id);
  }
  return rows;
}

/** A Transfer carries its newest ten reversals; more are asked for. */
async function reversalsOf(stripe: Stripe, { id, reversals }: Stripe.Transfer): Promise<Stripe.TransferReversal[]> {
  if (!reversals.has_more) return reversals.data;
  const all: Stripe.TransferReversal[] = [];
  for await (const reversal of stripe.transfers.listReversals(id, { limit: READ_MAX })) all.push(reversal);
  return all;
}

function bankPayoutSeen(payout: Stripe.Payout, sources: readonly string[] | null): BankPayoutSeen {
  const { id, amount, status, failure_code: failure, created } = payout;
  return {
    id,
    amount: microsOf(amount),
    status: status as BankPayoutStatus,
    sources,
    failure,
    created_at: created * 1000,
  };
}

const idOf = (object: string | { readonly id: string } | null): string | null =>
  typeof object === 'string' ? object : (object?.id ?? null);
