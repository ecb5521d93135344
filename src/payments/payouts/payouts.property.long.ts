import fc from 'fast-check';
import Stripe from 'stripe';
import { sql } from '../../platform/database/index.js';
import type { FaultKind } from '../../platform/embedded/stripe-simulator/index.js';
import { microsOf } from '../stripe/cents.js';
import { cardAccountsOf } from './card.accounts.js';
import { DAY_MS, HOUR_MS, openWorld, type Contributor, type World } from './payouts.fixture.js';

/** More on the night of a release: `PAYOUT_SEQUENCES=200`. */
const SEQUENCES = Number(process.env['PAYOUT_SEQUENCES'] ?? 2);
/** At most, until everything was met once. */
const SEQUENCES_MORE = 60;
const PEOPLE = 2;

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(() => world.close());

const FAULTS: FaultKind[] = ['429', '409', '500', '500_kept', '500_after', 'reset_before', 'reset_after']; // prettier-ignore
const who = fc.nat(PEOPLE - 1);
const step = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant('earn' as const), who, micros: fc.bigInt({ min: 30_000_000n, max: 150_000_000n }) }) }, // prettier-ignore
  { weight: 9, arbitrary: fc.record({ do: fc.constant('day' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fault' as const), path: fc.constantFrom('/v1/transfers', '/v1/transfers/:id/reversals'), how: fc.constantFrom(...FAULTS) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('bounce' as const), who, newest: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('new_bank' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('require' as const, 'fulfil' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reverse' as const), who, cents: fc.integer({ min: 1, max: 4_000 }) }) }, // prettier-ignore
  { weight: 4, arbitrary: fc.record({ do: fc.constant('webhooks' as const), seed: fc.nat(), lost: fc.integer({ min: 0, max: 3 }) }) }, // prettier-ignore
  { weight: 3, arbitrary: fc.record({ do: fc.constant('work' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What the sequences came across, so that a run in which nothing happened cannot pass. */
const seen = { paid: 0, returned: 0, faults: 0, lost: 0 };

/** A fault that was set for the market's next call met one of the test's own. */
function meantForUs(error: unknown): void {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
}

async function take(it: Step, people: readonly Contributor[], agent: string): Promise<void> {
  const { simulator, stripe } = world;
  const person = people['who' in it ? it.who : 0]!;
  switch (it.do) {
    case 'earn':
      return world.earn(agent, person.id, it.micros);
    case 'day':
      world.pass(DAY_MS);
      await world.batch.pass();
      return void (await world.ops.pass());
    case 'fault':
      seen.faults++;
      return simulator.control.fail({ method: 'POST', path: it.path, how: it.how, times: it.how.startsWith('reset') ? 2 : 1 }); // prettier-ignore
    case 'bounce': {
      const { data } = await stripe.payouts.list({}, { stripeAccount: person.account });
      const open = data.filter(({ status }) => ['pending', 'in_transit', 'paid'].includes(status));
      const one = it.newest ? open[0] : open.at(-1);
      if (one) simulator.control.payouts.fail(one.id);
      return;
    }
    case 'new_bank':
      return simulator.control.accounts.replaceBankAccount(person.account);
    case 'require':
      return simulator.control.accounts.require(person.account, 'identity.individual.document', 'past_due');
    case 'fulfil':
      return simulator.control.accounts.fulfil(person.account);
    case 'reverse': {
      const { data } = await stripe.transfers.list({ destination: person.account, limit: 1 });
      const left = data[0] ? data[0].amount - data[0].amount_reversed : 0;
      const balance = (await stripe.balance.retrieve({}, { stripeAccount: person.account })).available[0]!.amount;
      const amount = Math.min(left, balance, it.cents);
      if (amount > 0) await stripe.transfers.createReversal(data[0]!.id, { amount }).catch(meantForUs);
      return;
    }
    case 'webhooks':
      return world.webhooks(mischief(it.seed, it.lost));
    case 'work':
      await world.ops.pass();
      await world.inbox.pass();
      world.clock.advance(3_000);
  }
}

/** Some lost for good, the rest in any order, some twice, some not yet. */
function mischief(seed: number, lost: number) {
  let state = seed >>> 0;
  const next = (n: number): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) % n;
  const lose = new Map<string, boolean>();
  return {
    lose: (event: string): boolean => {
      if (!lose.has(event)) lose.set(event, next(10) < lost);
      if (lose.get(event)) seen.lost++;
      return lose.get(event)!;
    },
    deliver: (events: readonly string[]): string[] => {
      const twice = [...events, ...events.filter(() => next(3) === 0)].filter(() => next(5) !== 0);
      return twice.map((event) => ({ event, at: next(1_000) })).sort((a, b) => a.at - b.at).map(({ event }) => event); // prettier-ignore
    },
  };
}

/** No more faults, and no more events: what was lost is found by looking. */
async function comeToRest(days = 0): Promise<void> {
  world.simulator.control.clearFaults();
  for (let round = 0; round < 6; round++) {
    world.pass(round < days ? DAY_MS : 10 * 60_000);
    await world.settleDown();
    world.pass(HOUR_MS);
    await world.reader.pass();
  }
}

async function everythingIsSomewhere(
  people: readonly Contributor[],
  earned: ReadonlyMap<string, bigint>,
): Promise<void> {
  for (const { id, account } of people) {
    const { available, pending } = await world.stripe.balance.retrieve({}, { stripeAccount: account });
    const at_stripe = [...available, ...pending].reduce((sum, { amount }) => sum + amount, 0);
    const { data } = await world.stripe.payouts.list({ limit: 100 }, { stripeAccount: account });
    const of = (...states: string[]) => data.filter(({ status }) => states.includes(status)).reduce((sum, { amount }) => sum + amount, 0); // prettier-ignore
    const there = microsOf(at_stripe + of('pending', 'in_transit', 'paid'));
    const owed = await world.posted('payable', id);
    expect(owed + there).toBe(earned.get(id) ?? 0n); // Nothing lost, nobody paid twice.
    expect(await world.posted('inTransit', id)).toBe(microsOf(at_stripe + of('pending', 'in_transit')));
    for (const { state } of await world.payoutsOf(id)) if (state in seen) seen[state as 'paid' | 'returned']++;
  }
}

describe('any sequence of earnings, batches, faults, bounces and lost webhooks', () => {
  it('leaves the books balanced and equal to Stripe, with every cent in one place', async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 26, size: 'max' }), async (steps) => {
      const people = [await world.contributor(), await world.contributor()];
      const agent = world.agent();
      await world.topUp(agent, 400_000);
      await world.topUp(world.agent(), 20_000); // Pays the fees.
      world.pass(15 * DAY_MS);
      const earned = new Map<string, bigint>();
      for (const it of steps) {
        await take(it, people, agent);
        if (it.do === 'earn') earned.set(people[it.who]!.id, (earned.get(people[it.who]!.id) ?? 0n) + it.micros);
      }
      await comeToRest(steps.length % 6);
      await everythingIsSomewhere(people, earned);
      expect(world.simulator.control.audit().faults).toEqual([]);
      world.pass(3 * HOUR_MS);
      await world.settleDown();
      const result = await world.reconciliations.run('test', '2026-01-01');
      expect(result).toMatchObject({ in_flight: 0, findings: [] });
      expect(await world.run((tx) => world.ledger.booksBalance(tx))).toMatchObject({ balanced: true, faults: [] });
      expect(await world.run((tx) => world.stops.standing(tx, 'test'))).toEqual([]);
    });
    await fc.assert(property, { numRuns: SEQUENCES, endOnFailure: true });
    // A short run may have met no returned payout, by chance.
    for (let more = 0; Object.values(seen).includes(0) && more < SEQUENCES_MORE; more++)
      await fc.assert(property, { numRuns: 1, endOnFailure: true });
    expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
  }, 600_000);

  it('and any tampering after it is found, named, and stops payouts', async () => {
    const person = await world.contributor();
    const agent = world.agent();
    await world.topUp(agent, 100_000);
    world.pass(15 * DAY_MS);
    await world.earn(agent, person.id, 60_000_000n);
    world.pass(DAY_MS * 15);
    await world.batch.pass();
    await comeToRest();
    const [payout] = await world.payoutsOf(person.id);
    const before = (await world.reconciliations.run('test', '2026-01-02'))!;
    expect([payout!.state, before.findings]).toEqual(['sent', []]);
    const known = new Set<string>();
    const fresh = async (): Promise<string[]> => {
      world.pass(3 * HOUR_MS);
      const { findings } = (await world.reconciliations.run('test', '2026-01-02'))!;
      const news = findings.map(({ rule, row }) => `${rule} ${row}`).filter((one) => !known.has(one));
      for (const one of news) known.add(one);
      return news.filter((one) => !one.startsWith('balance'));
    };
    const to = { destination: person.account, currency: 'usd' };
    const stray = await world.stripe.transfers.create({ ...to, amount: 1 });
    expect(await fresh()).toEqual([`not_in_ledger ${stray.id}`]);
    const again = await world.stripe.transfers.create({ ...to, amount: 6_000, metadata: { payout_id: payout!.id } });
    expect((await fresh()).sort()).toEqual([`not_in_ledger ${again.id}`, `sent_twice ${payout!.id}`]);
    const bank = await world.stripe.payouts.create({ amount: 1, currency: 'usd' });
    expect(await fresh()).toEqual([`not_in_ledger ${bank.id}`]);
    const [charge] = (await world.stripe.charges.list({ limit: 1 })).data;
    const refund = await world.stripe.refunds.create({ charge: charge!.id, amount: 7 });
    expect(await fresh()).toEqual([`not_in_ledger ${refund.id}`]);
    const accounts = cardAccountsOf('test');
    await world.move('stolen', accounts.costs(), accounts.platform(), 10_000n, 'rail_cost', 'txn_invented');
    expect(await fresh()).toEqual(['not_at_stripe txn_invented']);
    const other = (await world.run((tx) => sql<{ id: string }>(tx, "SELECT id FROM payout WHERE state = 'paid' ORDER BY id LIMIT 1")))[0]!; // prettier-ignore
    await world.run((tx) => sql(tx, 'UPDATE payout SET amount = amount + 10000 WHERE id = $1', [other.id]));
    expect(await fresh()).toEqual([`transfer ${other.id}`]);
    const [stop, ...more] = await world.run((tx) => world.stops.standing(tx, 'test'));
    expect([stop!.cause, stop!.detail, more]).toEqual(['reconciliation', expect.stringContaining(stray.id), []]);
    await world.earn(agent, person.id, 60_000_000n);
    world.pass(DAY_MS * 15);
    await world.batch.pass();
    expect((await world.payoutsOf(person.id)).length).toBe(1);
    await world.run((tx) => world.stops.lift(tx, 'test', stop!.id, 'opr_1'));
    world.pass(2 * HOUR_MS);
    await world.batch.pass();
    expect((await world.payoutsOf(person.id)).length).toBe(2);
  }, 120_000);
});
