import { createLogger } from '../../platform/telemetry/index.js';
import { cardWorld, DOLLAR, type CardWorld } from '../funding/card/card.fixture.js';
import { StuckWork } from './stuck.work.js';

const HOUR_MS = 3_600_000;
let world: CardWorld;
beforeAll(async () => (world = await cardWorld()));
afterAll(() => world.end());

describe('card work that goes on without end', () => {
  it('is said after an hour, once an hour, and no more when it is through', async () => {
    const said: string[] = [];
    const log = createLogger({
      level: 'error',
      process: 'test',
      destination: { write: (line) => void said.push(line) },
    });
    const stuck = new StuckWork(world.db.unitOfWork, world.clock, log);
    world.simulator.control.fail({ path: '/v1/payment_intents', how: '429', times: 1_000 });
    const agent = await world.agent();
    await world.customers.ensure('test', agent.id);
    const topUp = await world.begin(agent, 50n * DOLLAR);
    await stuck.pass();
    world.clock.advance(HOUR_MS - 1);
    expect([await stuck.find(), said]).toEqual([[], []]);
    world.clock.advance(1);
    await world.ops.pass();
    for (let pass = 0; pass < 3; pass++) await stuck.pass();
    expect(said.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'error', stuck: [{ what: 'effect', kind: 'top_up', subject: topUp, reason: expect.stringContaining('rate_limit') }] },
    ]); // prettier-ignore
    world.clock.advance(HOUR_MS);
    await stuck.pass();
    expect(said).toHaveLength(2);
    world.simulator.control.clearFaults();
    world.clock.advance(HOUR_MS);
    await world.ops.pass();
    await stuck.pass();
    expect([await stuck.find(), said.length]).toEqual([[], 2]);
  });

  it('is also an event that nobody can act on', async () => {
    const stuck = new StuckWork(world.db.unitOfWork, world.clock, createLogger({ level: 'silent', process: 'test' }));
    const event = world.simulator.control.emit('charge.dispute.created', { id: 'dp_nowhere', object: 'dispute' });
    world.simulator.control.fail({ path: '/v1/disputes/dp_nowhere', how: '500', times: 1_000 });
    await world.deliver((all) => all.filter((id) => id === event));
    world.clock.advance(HOUR_MS);
    expect(await stuck.find()).toMatchObject([{ what: 'event', id: event, kind: 'charge.dispute.created', subject: 'dp_nowhere' }]); // prettier-ignore
  });
});
