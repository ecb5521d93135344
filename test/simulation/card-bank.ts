import { sql } from '../../src/platform/database/index.js';
import { failureOf } from '../../src/payments/stripe/stripe.problems.js';
import type { Person } from '../../src/payments/payouts/bank.fixture.js';
import { FAULTS, type Earning, type Market } from './card-life.js';

const MICROS_PER_CENT = 10_000n;
const DAY_MS = 86_400_000;
/** Every requester of these lives is new. */
const MATURITY_MS = 14 * DAY_MS;
const LEFT = ['planned', 'sent', 'paid', 'returning'];

/** The other end: batches, and what banks, Stripe and operators do to payouts. What it did, by name. */
export class Bank {
  readonly done = new Map<string, number>();

  constructor(
    private readonly market: Market,
    private readonly random: () => number,
  ) {}

  /** A few days later: the batch of the day leaves, with whatever goes wrong on its way. */
  async days(): Promise<void> {
    const { world } = this.market;
    world.pass(Math.ceil(this.random() * 6) * DAY_MS);
    if (this.random() < 0.4) {
      world.simulator.control.fail({ method: 'POST', path: '/v1/transfers', ...this.one(FAULTS) });
      this.count('fault');
    }
    await world.plan();
    if (this.random() < 0.8) await world.ops.pass();
    for (const person of this.market.people) await this.meddle(person);
  }

  private async meddle(person: Person): Promise<void> {
    const { control } = this.market.world.simulator;
    const luck = this.random();
    if (luck < 0.15) await this.bounce(person);
    else if (luck < 0.4) control.accounts.replaceBankAccount(person.account);
    else if (luck < 0.5) await this.reverse(person);
  }

  private async bounce({ account }: Person): Promise<void> {
    const { stripe, simulator } = this.market.world;
    const { data } = await stripe.payouts.list({}, { stripeAccount: account });
    const one = data.find(({ status }) => ['pending', 'in_transit', 'paid'].includes(status));
    if (!one) return;
    simulator.control.payouts.fail(one.id);
    this.count('bounce');
  }

  /** In the dashboard. */
  private async reverse({ account }: Person): Promise<void> {
    const { stripe } = this.market.world;
    const [transfer] = (await stripe.transfers.list({ destination: account, limit: 1 })).data;
    const has = (await stripe.balance.retrieve({}, { stripeAccount: account })).available[0]!.amount;
    const left = transfer ? transfer.amount - transfer.amount_reversed : 0;
    const amount = Math.min(left, has, 1 + Math.floor(this.random() * 4_000));
    if (!transfer || amount <= 0) return;
    try {
      await stripe.transfers.createReversal(transfer.id, { amount });
      this.count('reversal');
    } catch (error) {
      if (!failureOf(error)) throw error; // A fault that was meant for us struck the dashboard.
    }
  }

  private count(name: string): void {
    this.done.set(name, (this.done.get(name) ?? 0) + 1);
  }

  private one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.random() * choices.length)]!;
  }
}

/**
 * Nothing that was too young when its agent was frozen has left, nor anything too young by its first charge: a bound that asks neither the
 * rules nor the queries of the code that pays.
 */
export async function nothingHeldHasLeft({ world, people }: Market, earnings: readonly Earning[]): Promise<void> {
  const now = world.clock.now();
  const [firsts, frozen, released] = await world.run(async (tx) => [
    await sql<{ agent_id: string; at: number }>(tx, 'SELECT agent_id, min(succeeded_at) AS at FROM top_up WHERE succeeded_at IS NOT NULL GROUP BY 1'),
    await sql<{ agent_id: string; at: number }>(tx, 'SELECT agent_id, min(created_at) AS at FROM card_freeze WHERE lifted_at IS NULL GROUP BY 1'),
    await sql<{ agent_id: string; contributor_id: string }>(tx, 'SELECT agent_id, contributor_id FROM earnings_hold'),
  ]); // prettier-ignore
  const first = new Map(firsts.map(({ agent_id, at }) => [agent_id, at]));
  const freeze = new Map(frozen.map(({ agent_id, at }) => [agent_id, at]));
  // What an operator decided about may leave earlier, or never: it is looked at in other tests.
  const decided = new Set(released.map(({ agent_id, contributor_id }) => `${agent_id} ${contributor_id}`));
  for (const person of people) {
    let free = 0n;
    for (const { agent_id, amount, at } of earnings.filter((one) => one.person.id === person.id)) {
      const old_at = Math.max(at, first.get(agent_id)! + MATURITY_MS);
      const frozen_at = freeze.get(agent_id);
      const isHeld = now < old_at || (frozen_at !== undefined && frozen_at <= old_at);
      if (!isHeld || decided.has(`${agent_id} ${person.id}`)) free += amount;
    }
    const left = (await world.payoutsOf(person)).filter(({ state }) => LEFT.includes(state));
    expect([person.id, sum(left, ({ amount, reversed }) => amount - reversed) <= free]).toEqual([person.id, true]);
  }
}

/** Every cent of each contributor is in one place, and Stripe and the ledger name the same. */
export async function everythingIsSomewhere({ world, people }: Market, earnings: readonly Earning[]): Promise<void> {
  for (const person of people) {
    const of = { stripeAccount: person.account };
    const { available, pending } = await world.stripe.balance.retrieve({}, of);
    const held = [...available, ...pending].reduce((total, { amount }) => total + amount, 0);
    const banked = { underway: 0, arrived: 0 };
    for await (const { amount, status } of world.stripe.payouts.list({ limit: 100 }, of)) {
      if (status === 'pending' || status === 'in_transit') banked.underway += amount;
      if (status === 'paid') banked.arrived += amount;
    }
    const taken = await world.run((tx) => sql<{ amount: bigint }>(tx, 'SELECT coalesce(sum(taken), 0)::bigint AS amount FROM earnings_hold WHERE contributor_id = $1', [person.id])); // prettier-ignore
    const stoodIn = await world.run((tx) => sql<{ amount: bigint }>(tx, STOOD_IN, [person.id]));
    const there = BigInt(held + banked.underway + banked.arrived) * MICROS_PER_CENT;
    const earned = sum(earnings.filter((one) => one.person.id === person.id), ({ amount }) => amount);
    expect([person.id, (await world.owed(person)) + there + taken[0]!.amount]).toEqual([person.id, earned + stoodIn[0]!.amount]);
    expect(await world.owed(person, 'inTransit')).toBe(BigInt(held + banked.underway) * MICROS_PER_CENT);
  }
} // prettier-ignore

/** What the platform stood in for, when a Transfer that had counted as refused was made after all and its money had been paid since. */
const STOOD_IN = `
  SELECT coalesce(sum(t.amount), 0)::bigint AS amount FROM ledger_transfer t
    JOIN ledger_account d ON d.id = t.debit JOIN ledger_account c ON c.id = t.credit
   WHERE d.code = 30 AND c.code = 13 AND c.owner = $1`;

const sum = <T>(all: readonly T[], of: (one: T) => bigint): bigint => all.reduce((total, one) => total + of(one), 0n);
