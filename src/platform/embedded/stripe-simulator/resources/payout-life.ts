import type { Stripe } from 'stripe';
import { book, currencyOf, totals } from '../money/bookings.js';
import { ACTIVE_ACCOUNT_FEE_CENTS, payoutFee } from '../money/fees.js';
import { PLATFORM } from '../state/store.js';
import { newId, nowIso, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';

const DAY_S = 86_400;
/** A payout stays pending, and can be canceled, for a day; it arrives after two. */
const IN_TRANSIT_AFTER_S = DAY_S;
const ARRIVES_AFTER_S = 2 * DAY_S;
const AMOUNT_MAX_AUTOMATIC_CENTS = 100_000_000;

interface Wish {
  readonly amount: number;
  readonly automatic: boolean;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
}

/** Takes the money from the balance of `owner`, which must cover it, towards its bank; a negative amount from the bank, to cover what is owed. */
export function makePayout(
  world: World,
  owner: string,
  { amount, automatic, description, metadata }: Wish,
): Stripe.Payout {
  const { store } = world;
  const id = newId(world, 'po');
  const covered = automatic ? notYetPaidOut(world, owner) : [];
  const booked = book(world, owner, {
    type: 'payout',
    reporting_category: 'payout',
    amount: -amount,
    source: id,
    description: 'STRIPE PAYOUT',
  });
  for (const transaction of covered) store.put('paid_out_in', transaction, { payout: id }, owner);
  if (automatic) store.put('paid_out_in', booked.id, { payout: id }, owner);
  const made: Stripe.Payout = {
    id,
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: now_s(world) + ARRIVES_AFTER_S,
    automatic,
    balance_transaction: booked.id,
    created: now_s(world),
    currency: currencyOf(world, owner),
    description,
    destination: owner === PLATFORM ? 'ba_platform' : store.must('account_facts', owner).bank_account,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata,
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
  };
  store.put('payouts', id, made, owner);
  record(world, 'payout.created', made, { owner });
  if (owner !== PLATFORM) chargeConnectFees(world, owner, amount);
  return made;
}

export function cancelPayout(world: World, before: Stripe.Payout): Stripe.Payout {
  return giveBack(world, before, { status: 'canceled', type: 'payout_cancel', event: 'payout.canceled' });
}

/** The bank refuses the money, or returns it after `paid`: no payout leaves the account until its bank account is replaced. */
export function failPayout(world: World, before: Stripe.Payout, code: string): Stripe.Payout {
  if (!['pending', 'in_transit', 'paid'].includes(before.status)) throw new Error(`${before.id} is ${before.status}`);
  const owner = world.store.ownerOf('payouts', before.id);
  if (owner !== PLATFORM) {
    world.store.put('account_facts', owner, { ...world.store.must('account_facts', owner), payouts_paused: true });
  }
  const failure = { failure_code: code, failure_message: `The bank account could not be credited (${code}).` };
  return giveBack(
    world,
    { ...before, ...failure },
    { status: 'failed', type: 'payout_failure', event: 'payout.failed' },
  );
}

/** What happens to payouts by itself: they travel, arrive, and every day a new one takes what is available. Repeatable. */
export function movePayouts(world: World): void {
  const now = now_s(world);
  for (const made of world.store.all('payouts')) {
    if (made.status === 'pending' && now >= made.created + IN_TRANSIT_AFTER_S) depart(world, made);
    const travelling = world.store.must('payouts', made.id);
    if (travelling.status === 'in_transit' && now >= travelling.arrival_date) arrive(world, travelling);
  }
  for (const account of world.store.all('accounts')) payDaily(world, account.id);
}

export function arrive(world: World, before: Stripe.Payout): Stripe.Payout {
  const owner = world.store.ownerOf('payouts', before.id);
  const reconciliation_status = before.automatic ? 'completed' : before.reconciliation_status;
  const after = world.store.put('payouts', before.id, { ...before, reconciliation_status, status: 'paid' });
  record(world, 'payout.paid', after, { owner, previous: { status: before.status } });
  if (before.automatic) record(world, 'payout.reconciliation_completed', after, { owner });
  return after;
}

function depart(world: World, before: Stripe.Payout): void {
  const after = world.store.put('payouts', before.id, { ...before, status: 'in_transit' });
  record(world, 'payout.updated', after, {
    owner: world.store.ownerOf('payouts', before.id),
    previous: { status: before.status },
  });
}

function payDaily(world: World, account: string): void {
  const { store } = world;
  const facts = store.must('account_facts', account);
  if (facts.payout_schedule !== 'daily' || facts.bank_account === null || facts.payouts_paused) return;
  if (now_s(world) < facts.next_payout_at || store.must('accounts', account).closed) return;
  const amount = Math.min(totals(world, account).available, AMOUNT_MAX_AUTOMATIC_CENTS);
  if (amount === 0) return;
  store.put('account_facts', account, { ...facts, next_payout_at: now_s(world) + DAY_S });
  makePayout(world, account, { amount, automatic: true, description: 'STRIPE PAYOUT', metadata: {} });
}

interface Return {
  readonly status: string;
  readonly type: 'payout_cancel' | 'payout_failure';
  readonly event: string;
}

function giveBack(world: World, before: Stripe.Payout, { status, type, event }: Return): Stripe.Payout {
  const owner = world.store.ownerOf('payouts', before.id);
  const returned = book(world, owner, {
    type,
    reporting_category: 'payout_reversal',
    amount: before.amount,
    source: before.id,
    description: 'STRIPE PAYOUT RETURNED',
  });
  const after = world.store.put('payouts', before.id, { ...before, failure_balance_transaction: returned.id, status });
  record(world, event, after, { owner });
  return after;
}

/** The platform pays for its accounts' payouts, and once a month for each account that gets one. */
function chargeConnectFees(world: World, account: string, amount: number): void {
  const facts = world.store.must('account_facts', account);
  const month = nowIso(world).slice(0, 7);
  takeFee(world, payoutFee(Math.abs(amount)), `Connect: payout fee of ${account}`);
  if (facts.active_month === month) return;
  world.store.put('account_facts', account, { ...facts, active_month: month });
  takeFee(world, ACTIVE_ACCOUNT_FEE_CENTS, `Connect: active account ${account} in ${month}`);
}

function takeFee(world: World, cents: number, description: string): void {
  book(world, PLATFORM, { type: 'stripe_fee', reporting_category: 'fee', amount: -cents, source: null, description });
}

function notYetPaidOut(world: World, owner: string): string[] {
  const rows = world.store.all('balance_transactions', owner).filter((row) => row.status === 'available');
  return rows.map((row) => row.id).filter((id) => world.store.get('paid_out_in', id) === undefined);
}
