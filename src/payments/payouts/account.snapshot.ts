import type Stripe from 'stripe';
import type { Instant } from '../../kernel/clock.js';
import { microsOf } from '../stripe/cents.js';
import type { BankPayoutStatus, Requirement } from './payout.entity.js';
import { inWords } from './requirement.words.js';

/** Objects of one account that are read: one a day makes more than three months, longer than any bank takes to send money back. */
const READ_MAX = 100;

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
  readonly transfers: readonly TransferSeen[];
  readonly bank_payouts: readonly BankPayoutSeen[];
}

/**
 * Reads an account whole, oldest objects first. Payouts before Transfers: whatever a payout that is seen has carried, its Transfer is seen too.
 * `known`: of these ids, the payouts whose contents need not be read. Network, changes nothing.
 */
export async function readAccount(
  stripe: Stripe,
  account: string,
  known: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<AccountSnapshot> {
  const of = { stripeAccount: account };
  const { data: payouts } = await stripe.payouts.list({ limit: READ_MAX }, of);
  const skipped = await known(payouts.map(({ id }) => id));
  const bank_payouts: BankPayoutSeen[] = [];
  for (const payout of payouts.toReversed()) {
    const sources = skipped.has(payout.id) ? null : await sourcesOf(stripe, payout, account);
    bank_payouts.push(bankPayoutSeen(payout, sources));
  }
  const { data: transfers } = await stripe.transfers.list({ destination: account, limit: READ_MAX });
  const { closed, configuration, requirements } = await stripe.v2.core.accounts.retrieve(account, {
    include: ['configuration.recipient', 'requirements'],
  });
  const seen: TransferSeen[] = [];
  for (const transfer of transfers.toReversed()) seen.push(transferSeen(transfer, await reversalsOf(stripe, transfer)));
  return {
    account,
    is_closed: closed ?? false,
    capability: configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status ?? null,
    requirements: (requirements?.entries ?? []).map(inWords),
    transfers: seen,
    bank_payouts,
  };
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
