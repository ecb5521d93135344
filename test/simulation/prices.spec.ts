import fc from 'fast-check';
import { AgentClient } from '@groundtruth/sdk/agent';
import {
  parseAmount,
  priceScheduleSchema,
  priceAt,
  scheduleToWire,
  type Bounty,
  type PriceSchedule,
} from '@groundtruth/sdk/protocol';
import { allowed } from '../support/allowed.js';
import { newWorker, sheepTerms, type Worker } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';

const MINUTE_MS = 60_000;
const CREDIT = '1000.000000';

let market: DeskMarket;
let others: Worker[];
beforeAll(async () => {
  market = await deskMarket({
    RESERVATION_TTL_S: '600',
    RESERVATIONS_ACTIVE_MAX: '100',
    RESERVATIONS_ACTIVE_NEW_MAX: '100',
  });
  others = await Promise.all([1, 2, 3].map((n) => newWorker(market.baseUrl, `worker ${n}`)));
});
afterAll(() => market.end());

const dollars = fc.bigInt({ min: 1_000_000n, max: 9_000_000n });
/** A schedule whose times are minutes from now. */
const schedule = fc
  .tuple(
    fc.constantFrom('fixed', 'linear', 'exponential', 'steps'),
    dollars,
    dollars,
    fc.nat(20),
    fc.integer({ min: 1, max: 60 }),
  )
  .map(([name, one, other, begins, lasts]) => (now: number): PriceSchedule => {
    const [start, cap] = one < other ? [one, other] : [other, one];
    const [starts_at, ends_at] = [now + begins * MINUTE_MS, now + (begins + lasts) * MINUTE_MS];
    if (name === 'fixed') return { schedule: 'fixed', amount: cap };
    if (name === 'steps')
      return {
        schedule: 'steps',
        steps: [
          { at: starts_at, amount: start },
          { at: ends_at, amount: cap },
        ],
        cap,
      };
    return { schedule: name as 'linear' | 'exponential', start, cap, starts_at, ends_at };
  });
const step = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 25 }) }),
  fc.record({ do: fc.constant('reserve' as const), by: fc.nat(2) }),
  fc.record({ do: fc.constant('release' as const), which: fc.nat(5) }),
  fc.record({ do: fc.constant('deliver' as const), which: fc.nat(5), passes: fc.boolean() }),
  fc.record({ do: fc.constant('raise' as const), schedule, extend: fc.option(fc.integer({ min: -30, max: 60 })) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const micros = (amount: string | null): bigint => parseAmount(amount!)!;
const sum = (amounts: bigint[]): bigint => amounts.reduce((a, b) => a + b, 0n);

/** One bounty and whoever comes for it. */
class Play {
  private readonly work: { readonly id: string; readonly by: Worker; readonly price: string }[] = [];
  private before: Bounty;

  constructor(
    private readonly agent: Funded,
    bounty: Bounty,
  ) {
    this.before = bounty;
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'wait') return market.pass(step.minutes * 60);
    if (step.do === 'raise') return this.raise(step.schedule(market.clock.now()), step.extend);
    if (step.do === 'reserve') return this.reserve(others[step.by]!);
    const work = this.work[step.which % Math.max(1, this.work.length)];
    if (!work) return;
    if (step.do === 'release') await allowed(() => work.by.client.reservations.release(work.id, 'unsafe'));
    else await this.deliver(work, step.passes ? 'pass' : 'fail');
  }

  /** What every reader sees now, held against what it was before the step. */
  async look(step: Step): Promise<void> {
    const [own, ...seen] = await Promise.all([
      this.agent.client.bounties.get(this.before.id),
      ...others.map((worker) => worker.client.bounties.get(this.before.id)),
    ]);
    for (const other of seen) expect(other.price_now).toBe(own.price_now);
    expect(micros(own.price_now)).toBeGreaterThanOrEqual(micros(this.before.price_now));
    expect(micros(own.price_now)).toBeLessThanOrEqual(micros(own.pricing.cap));
    expect(micros(own.price_now)).toBe(computed(own));
    const { stalled_since } = this.before.pricing;
    if (stalled_since !== null && own.pricing.stalled_since === stalled_since && step.do !== 'raise')
      expect(own.price_now).toBe(this.before.price_now);
    if (own.state === 'open') await this.covers(own);
    this.before = own;
  }

  /** What is held covers each slot that is not paid: its reservation's price, or the cap, and the fee on it. */
  private async covers(own: Bounty): Promise<void> {
    const reservations = await Promise.all(this.work.map(({ id, by }) => by.client.reservations.get(id)));
    const active = reservations.filter(({ state }) => state === 'active').map(({ price }) => withFee(micros(price)));
    const open = own.slots.quantity - own.slots.settled - active.length;
    expect(micros(own.held)).toBeGreaterThanOrEqual(sum(active) + BigInt(open) * withFee(micros(own.pricing.cap)));
  }

  private async reserve(by: Worker): Promise<void> {
    const { price_now } = await this.agent.client.bounties.get(this.before.id);
    const made = await allowed(() => by.client.reservations.create(this.before.id));
    if (!made) return;
    expect(made.price).toBe(price_now);
    this.work.push({ id: made.id, by, price: made.price });
  }

  private async deliver({ id, by }: { id: string; by: Worker }, found: 'pass' | 'fail'): Promise<void> {
    const reservation = await by.client.reservations.get(id);
    if (reservation.state !== 'active') return;
    const capture = await market.deliver(by, reservation);
    await market.desk.judge(capture, found);
    // Paid once a checkpoint covers the verdict: whether the bounty is open must not change between a look and a raise.
    const paid = async () => (await market.operator.captures.get(capture)).state === 'settled';
    if (found === 'pass') await eventually(paid, `the payment of ${capture}`);
  }

  private async raise(to: PriceSchedule, extend: number | null): Promise<void> {
    const { pricing, deadline_at, state } = await this.agent.client.bounties.get(this.before.id);
    // One that is closed has no deadline any more, and takes no raise whatever it says.
    const until = deadline_at === null ? market.clock.now() : Date.parse(deadline_at);
    const closes_at = extend === null ? {} : { closes_at: new Date(until + extend * MINUTE_MS).toISOString() };
    const change = { price: scheduleToWire(to) as never, ...closes_at };
    const cap = to.schedule === 'fixed' ? to.amount : to.cap;
    const may = state === 'open' && cap >= micros(pricing.cap) && (extend ?? 0) >= 0;
    expect((await allowed(() => this.agent.client.bounties.raise(this.before.id, change))) !== null).toBe(may);
    for (const { id, by, price } of this.work) expect((await by.client.reservations.get(id)).price).toBe(price);
  }
}

/** A tenth is the fee, rounded up. */
const withFee = (price: bigint): bigint => price + (price + 9n) / 10n;

/** The price as a stranger works it out from what the bounty tells. */
function computed({ terms, pricing }: Bounty): bigint {
  const schedule = priceScheduleSchema.parse(terms.price);
  const at = Date.parse(pricing.stalled_since ?? pricing.at) - pricing.stalled_ms;
  const [scheduled, floor] = [priceAt(schedule, at), micros(pricing.floor)];
  return scheduled > floor ? scheduled : floor;
}

/** A bounty for one capture whose price rises from 1 to 7 dollars in an hour. */
async function rising() {
  const agent = await market.funded();
  const now = market.clock.now();
  const [starts_at, ends_at] = [iso(now), iso(now + 60 * MINUTE_MS)];
  const price = { schedule: 'linear' as const, start: '1.000000', cap: '7.000000', starts_at, ends_at };
  const window = { closes_at: iso(now + 120 * MINUTE_MS) };
  const bounty = await agent.client.bounties.create(sheepTerms({ window, price, quantity: 1 }));
  return { agent, bounty, priceNow: async () => (await agent.client.bounties.get(bounty.id)).price_now };
}
const iso = (at: number): string => new Date(at).toISOString();

describe('a price that moves', () => {
  it('does not rise for whoever holds all the slots, and goes on from where it stood', async () => {
    const { bounty, priceNow } = await rising();
    await market.pass(10 * 60);
    expect(await priceNow()).toBe('2.000000');
    const [worker] = others as [Worker];
    const { id } = await worker.client.reservations.create(bounty.id);
    await market.pass(5 * 60);
    expect(await priceNow()).toBe('2.000000');
    await worker.client.reservations.release(id, 'unsafe');
    await market.pass(20 * 60);
    expect(await priceNow()).toBe('4.000000');
  });

  it('can be raised and its end put off, never the other way, and only while it is open', async () => {
    const { agent, bounty, priceNow } = await rising();
    await market.pass(30 * 60);
    const raise = (change: Parameters<typeof agent.client.bounties.raise>[1]) =>
      agent.client.bounties.raise(bounty.id, change);
    const fixed = (amount: string) => ({ price: { schedule: 'fixed' as const, amount } });
    await expect(raise(fixed('6.999999'))).rejects.toMatchObject({ code: 'price_lowered' });
    await expect(raise({ closes_at: iso(market.clock.now() + MINUTE_MS) })).rejects.toMatchObject({
      code: 'window_shortened',
    });
    await expect(raise(fixed('19.000000'))).resolves.toMatchObject({ price_now: '19.000000', held: '20.900000' });
    const later = market.clock.now() + 180 * MINUTE_MS;
    const longer = await raise({ ...fixed('20.000000'), closes_at: iso(later) });
    expect(Date.parse(longer.deadline_at!)).toBe(later);
    await agent.client.bounties.cancel(bounty.id);
    await expect(raise(fixed('20.000000'))).rejects.toMatchObject({ code: 'bounty_not_open' });
    expect(await priceNow()).toBe('20.000000');
  });

  it('counts a raise against the caps of its key, together with what was held before', async () => {
    const spend_caps = { per_bounty: '8.000000' };
    const { id, api_key } = await AgentClient.agents.register({ baseUrl: market.baseUrl, name: 'capped', spend_caps });
    await market.operator.sandbox.credit(id, CREDIT);
    const client = new AgentClient({ baseUrl: market.baseUrl, apiKey: api_key });
    const window = { closes_at: iso(market.clock.now() + 60 * MINUTE_MS) };
    const { id: bounty } = await client.bounties.create(sheepTerms({ window, quantity: 1 }));
    const raise = (amount: string) => client.bounties.raise(bounty, { price: { schedule: 'fixed', amount } });
    await expect(raise('8.000000')).rejects.toMatchObject({ code: 'spend_cap_exceeded' });
    await expect(raise('7.000000')).resolves.toMatchObject({ held: '7.700000' });
  });

  it('never falls, is the same for all, stands still while every slot is taken, and is always covered', async () => {
    await fc.assert(
      fc.asyncProperty(
        schedule,
        fc.integer({ min: 1, max: 3 }),
        fc.array(step, { minLength: 4, maxLength: 12 }),
        async (first, quantity, steps) => {
          const agent = await market.funded(CREDIT);
          const now = market.clock.now();
          const window = { closes_at: new Date(now + 120 * MINUTE_MS).toISOString() };
          const price = scheduleToWire(first(now)) as never;
          const criteria = { all: [{ object: { label: 'sheep' } }], unique: false, provenance: 'signed' as const };
          const play = new Play(
            agent,
            await agent.client.bounties.create(sheepTerms({ window, price, quantity, criteria })),
          );
          for (const each of steps) {
            await play.take(each);
            await play.look(each);
          }
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  }, 300_000);
});
