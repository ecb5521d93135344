import type { Stripe } from 'stripe';
import { PLATFORM } from '../state/store.js';
import type { Totals } from '../state/tables.js';
import { newId, now_s, type World } from '../state/world.js';
import { record } from '../webhooks/events.js';

export interface Booking {
  readonly type: Stripe.BalanceTransaction.Type;
  readonly reporting_category: string;
  /** Cents, negative when money leaves the balance. */
  readonly amount: number;
  /** Cents, never negative, taken besides. Default 0. */
  readonly fee?: number;
  /** Id of the object that caused it; null for fees. */
  readonly source: string | null;
  readonly description?: string;
  /** Seconds since 1970; default now. */
  readonly available_on?: number;
}

/** The only way money moves: writes a balance transaction and adds its net to the owner's balance. */
export function book(world: World, owner: string, booking: Booking): Stripe.BalanceTransaction {
  const { store } = world;
  const fee = booking.fee ?? 0;
  const created = now_s(world);
  const available_on = Math.max(created, booking.available_on ?? created);
  const pending = available_on > created;
  const id = newId(world, 'txn');
  const net = booking.amount - fee;
  const held = totals(world, owner);
  const after = pending ? { ...held, pending: held.pending + net } : { ...held, available: held.available + net };
  store.put('balances', owner, after);
  if (pending) store.put('unsettled', id, { available_on }, owner);
  const transaction: Stripe.BalanceTransaction = {
    id,
    object: 'balance_transaction',
    amount: booking.amount,
    available_on,
    balance_type: 'payments',
    created,
    currency: currencyOf(world, owner),
    description: booking.description ?? null,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [feeDetail(fee, booking.type)],
    net,
    reporting_category: booking.reporting_category,
    source: booking.source,
    status: pending ? 'pending' : 'available',
    type: booking.type,
  };
  return store.put('balance_transactions', id, transaction, owner);
}

/** Makes available what is due by now, and says so once for each owner. Repeatable. */
export function settle(world: World): void {
  const { store } = world;
  const now = now_s(world);
  const owners = new Set<string>();
  for (const transaction of unsettled(world)) {
    if (transaction.available_on > now) continue;
    const owner = store.ownerOf('balance_transactions', transaction.id);
    const held = totals(world, owner);
    store.put('balances', owner, {
      available: held.available + transaction.net,
      pending: held.pending - transaction.net,
    });
    store.put('balance_transactions', transaction.id, { ...transaction, status: 'available' });
    store.remove('unsettled', transaction.id);
    owners.add(owner);
  }
  for (const owner of owners) record(world, 'balance.available', balanceOf(world, owner), { owner });
}

/** What the balance of an owner is counted in. */
export const currencyOf = ({ store }: World, owner: string): string =>
  store.get('account_facts', owner)?.currency ?? 'usd';

export function totals(world: World, owner: string): Totals {
  return world.store.get('balances', owner) ?? { available: 0, pending: 0 };
}

export function balanceOf(world: World, owner: string): Stripe.Balance {
  const { available, pending } = totals(world, owner);
  const currency = currencyOf(world, owner);
  const amount = (cents: number) => [{ amount: cents, currency, source_types: { card: cents } }];
  return {
    object: 'balance',
    available: amount(available),
    livemode: false,
    pending: amount(pending),
    ...(owner === PLATFORM ? { connect_reserved: [{ amount: 0, currency: 'usd' }] } : {}),
  };
}

function unsettled(world: World): Stripe.BalanceTransaction[] {
  return world.store.ids('unsettled').map((id) => world.store.must('balance_transactions', id));
}

function feeDetail(amount: number, type: string): Stripe.BalanceTransaction.FeeDetail {
  const description = type === 'adjustment' ? 'Dispute fee' : 'Stripe processing fees';
  return { amount, application: null, currency: 'usd', description, type: 'stripe_fee' };
}
