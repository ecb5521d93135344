import { PLATFORM } from '../state/store.js';
import type { World } from '../state/world.js';
import { takenBy } from '../resources/disputes.js';
import { totals } from './bookings.js';

/** All cents. */
export interface Audit {
  /** Empty when the books balance; else one sentence a fault. */
  readonly faults: readonly string[];
  readonly charged: number;
  /** Less those that failed. */
  readonly refunded: number;
  /** Held or lost to disputes, without fees. */
  readonly disputed: number;
  readonly fees: number;
  /** Less those that failed or were canceled. */
  readonly paid_out: number;
  readonly platform: number;
  readonly connected: number;
}

/**
 * The law of the simulator: charged − refunded − disputed = platform balance + connected balances + paid out + fees. The left side comes
 * from the objects, the right side from balances, and each balance is besides the sum of its transactions.
 */
export function audit(world: World): Audit {
  const { store } = world;
  const charges = store.all('charges', PLATFORM).filter((row) => row.paid);
  const refunds = store.all('refunds').filter((row) => row.status === 'succeeded' || row.status === 'pending');
  const payouts = store.all('payouts').filter((row) => ['pending', 'in_transit', 'paid'].includes(row.status));
  const accounts = store.all('accounts').map((row) => row.id);
  const books = {
    charged: sum(charges.map((row) => row.amount_captured)),
    refunded: sum(refunds.map((row) => row.amount)),
    disputed: sum(store.all('disputes').map(takenBy)),
    fees: feesOf(world),
    paid_out: sum(payouts.map((row) => row.amount)),
    platform: balance(world, PLATFORM),
    connected: sum(accounts.map((id) => balance(world, id))),
  };
  const came = books.charged - books.refunded - books.disputed;
  const went = books.platform + books.connected + books.paid_out + books.fees;
  const faults = [
    ...(came === went ? [] : [`${came} cents came in but ${went} are accounted for`]),
    ...[PLATFORM, ...accounts].flatMap((owner) => balanceFaults(world, owner)),
    ...chargeFaults(world),
    ...transferFaults(world),
  ];
  return { ...books, faults };
}

function feesOf(world: World): number {
  const rows = world.store.all('balance_transactions');
  return sum(rows.map((row) => row.fee - (row.type === 'stripe_fee' ? row.amount : 0)));
}

function balance(world: World, owner: string): number {
  const { available, pending } = totals(world, owner);
  return available + pending;
}

function balanceFaults(world: World, owner: string): string[] {
  const rows = world.store.all('balance_transactions', owner);
  const held = totals(world, owner);
  const pending = sum(rows.filter((row) => row.status === 'pending').map((row) => row.net));
  const available = sum(rows.filter((row) => row.status === 'available').map((row) => row.net));
  return [
    ...(held.pending === pending
      ? []
      : [`${owner} has ${held.pending} cents pending but its transactions say ${pending}`]),
    ...(held.available === available
      ? []
      : [`${owner} has ${held.available} cents available but its transactions say ${available}`]),
    ...(owner !== PLATFORM && held.available < 0 && !world.store.get('account_facts', owner)?.was_debited
      ? [`${owner} owes ${-held.available} cents`]
      : []),
  ];
}

function chargeFaults(world: World): string[] {
  const refunds = world.store.all('refunds').filter((row) => row.status !== 'failed' && row.status !== 'canceled');
  return world.store.all('charges', PLATFORM).flatMap((charge) => {
    const refunded = sum(refunds.filter((row) => row.charge === charge.id).map((row) => row.amount));
    if (refunded === charge.amount_refunded && refunded <= charge.amount_captured) return [];
    return [
      `${charge.id} says ${charge.amount_refunded} cents are refunded of ${charge.amount_captured}, its refunds say ${refunded}`,
    ];
  });
}

/** What leaves the platform by a transfer is what its destination got, and likewise back. */
function transferFaults(world: World): string[] {
  const rows = world.store.all('balance_transactions');
  const of = (type: string): number => sum(rows.filter((row) => row.type === type).map((row) => row.amount));
  const sent = of('transfer') + of('payment');
  const returned = of('transfer_refund') + of('payment_refund');
  return sent === 0 && returned === 0 ? [] : [`transfers are off by ${sent} cents, reversals by ${returned}`];
}

function sum(cents: readonly number[]): number {
  return cents.reduce((total, next) => total + next, 0);
}
