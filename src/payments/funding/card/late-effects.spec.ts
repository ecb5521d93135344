import type { FaultKind } from '../../../platform/embedded/stripe-simulator/index.js';
import { cardWorld, DOLLAR, type CardWorld } from './card.fixture.js';

let world: CardWorld;
beforeAll(async () => (world = await cardWorld()));
afterAll(async () => {
  const report = await world.run((tx) => world.ledger.booksBalance(tx));
  const { faults, platform } = world.simulator.control.audit();
  const processor = await world.run((tx) => world.ledger.balance(tx, world.accounts.processor()));
  await world.end();
  expect([report.faults, faults, processor.posted]).toEqual([[], [], BigInt(platform) * 10_000n]);
});

/** Effects are looked after and webhooks come, for a quarter of an hour; the first look is two seconds after the first try. */
async function quarterOfAnHour(): Promise<void> {
  for (let s = 2; s < 900; s *= 2) {
    await world.ops.pass();
    world.clock.advance(s * 1_000);
    world.simulator.control.tick();
    await world.deliver();
  }
  await world.ops.pass();
  await world.deliver();
}
const late = (path: string, how: FaultKind, done_after_s: number) =>
  world.simulator.control.fail({ method: 'POST', path, how, done_after_s });
const chargesOf = async (agent: { id: string }) => {
  const { customer } = (await world.run((tx) => world.customers.of(tx, agent.id)))!;
  const { data } = await world.access.test.stripe.charges.list({ customer });
  return data.map(({ amount, amount_refunded }) => amount - amount_refunded);
};

describe('a top-up whose first answer was a 5xx', () => {
  it.each([
    ['500', 3],
    ['500', 100],
    ['500_kept', 3],
    ['500_kept', 100],
  ] as const)('(%s) and that is charged %i seconds later is charged and credited once', async (how, after_s) => {
    const agent = await world.agent();
    late('/v1/payment_intents', how, after_s);
    await world.begin(agent, 50n * DOLLAR);
    await quarterOfAnHour();
    expect([await chargesOf(agent), await world.available(agent)]).toEqual([[5_000], 50n * DOLLAR]);
  });

  it('and that is charged so late that it was charged again is sent back once, and stays credited once', async () => {
    const agent = await world.agent();
    late('/v1/payment_intents', '500_kept', 5_000);
    const id = await world.begin(agent, 50n * DOLLAR);
    for (let hours = 0; hours < 4; hours++) {
      await quarterOfAnHour();
      world.clock.advance(3_600_000);
    }
    expect([(await chargesOf(agent)).sort(), await world.available(agent)]).toEqual([[0, 5_000], 50n * DOLLAR]);
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'succeeded', refunded: '0.000000' });
  });
});

describe('a refund whose first answer was a 5xx', () => {
  async function charged() {
    const agent = await world.agent();
    const id = await world.begin(agent, 50n * DOLLAR);
    await world.deliver();
    return { agent, id };
  }

  it.each([
    ['500', 3],
    ['500_kept', 100],
  ] as const)('(%s) and that is made %i seconds later is made and booked once', async (how, after_s) => {
    const { agent, id } = await charged();
    late('/v1/refunds', how, after_s);
    await world.refunds.request(world.command(agent, 'refund'), agent, id, 20n * DOLLAR);
    await quarterOfAnHour();
    expect([await chargesOf(agent), await world.available(agent)]).toEqual([[3_000], 30n * DOLLAR]);
  });

  it('and that is made after it had counted as refused is booked all the same', async () => {
    const { agent, id } = await charged();
    late('/v1/refunds', '500_kept', 5_000);
    await world.refunds.request(world.command(agent, 'refund'), agent, id, 50n * DOLLAR);
    await world.ops.pass();
    await world.run((tx) => world.refuseRefund(tx, id));
    expect(await world.available(agent)).toBe(50n * DOLLAR);
    world.clock.advance(5_000_000);
    world.simulator.control.tick();
    await world.deliver();
    expect([await chargesOf(agent), await world.available(agent)]).toEqual([[0], 0n]);
    expect(await world.service.get(agent, id)).toMatchObject({ state: 'refunded', refunded: '50.000000' });
  });
});

describe('an effect that may have been made', () => {
  it.each(['429', '409'] as const)('is still in doubt, and looked for, after a later try heard %s', async (how) => {
    const agent = await world.agent();
    const path = '/v1/payment_intents';
    world.simulator.control.fail({ method: 'POST', path, how: '500' });
    await world.begin(agent, 50n * DOLLAR);
    world.clock.advance(2_000);
    world.simulator.control.fail({ method: 'POST', path, how });
    await world.ops.pass();
    // Queued it would be sent without a look, also long after the processor has forgotten its key.
    expect(await world.statesOfEffects(agent.id)).toEqual(['unknown']);
    await quarterOfAnHour();
    expect([await chargesOf(agent), await world.available(agent)]).toEqual([[5_000], 50n * DOLLAR]);
  });
});
