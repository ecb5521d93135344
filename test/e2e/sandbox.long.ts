import type { BountyTermsInput, Simulation } from '@groundtruth/sdk/protocol';
import { AgentClient } from '@groundtruth/sdk/agent';
import { newAgent, sheepTerms } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';

const SETTINGS = { SANDBOX_CLOCK: 'on', SANDBOX_CONTRIBUTORS_MAX: '2', SANDBOX_CREDIT_MAX: '500.000000' };
const TTL_S = 30 * 60;
const DAY_S = 86_400;

let market: TestMarket;
/** The database that both markets of a restart had. */
let outlived: TestMarket['database'] | undefined;
let agent: AgentClient;
let apiKey: string;
let now: number;
beforeAll(async () => {
  market = await testMarket(SETTINGS);
  ({ client: agent, api_key: apiKey } = await newAgent(market.baseUrl, 'tries it out'));
  await agent.sandbox.credit('400.000000');
});
afterAll(async () => {
  await market.end();
  await outlived?.close();
});
beforeEach(async () => (now = Date.parse((await agent.sandbox.clock.get()).now)));

const closing = (after_s = 3 * 3_600) => ({ closes_at: new Date(now + after_s * 1_000).toISOString() });
const reading = (change: Partial<BountyTermsInput> = {}) =>
  sheepTerms({
    kind: 'reading',
    title: 'Air temperature at the gate',
    instructions: 'Hold the sensor in the shade.',
    criteria: { all: [{ reading: { quantity_kind: 'air_temperature', unit: 'Cel', min: -20, max: 45 } }] },
    window: closing(),
    ...change,
  });
const sign = (change: Partial<BountyTermsInput> = {}) =>
  sheepTerms({
    title: 'Bakery door, sign readable',
    instructions: 'Stand outside.',
    criteria: { all: [{ text: { pattern: 'OPEN|CLOSED' } }], code_in_scene: true, unique: false },
    window: closing(),
    ...change,
  });

/** Asks for one and waits until it has acted, and until its capture is decided when there is one. */
async function simulate(
  terms: BountyTermsInput | string,
  how: Partial<Parameters<AgentClient['sandbox']['contribute']>[0]>,
) {
  const bounty_id = typeof terms === 'string' ? terms : (await agent.bounties.create(terms)).id;
  const { id } = await agent.sandbox.contribute({ ...how, bounty_id });
  return eventually(async () => {
    const seen = await agent.sandbox.get(id);
    const decided = seen.capture ? ['settled', 'rejected', 'review'].includes(seen.capture.state) : true;
    return !['waiting', 'reserved'].includes(seen.state) && decided ? seen : null;
  }, `the end of ${how.behaviour}`);
}

/** What was foretold is what came. */
function expectForetold({ expected, capture, refusal, state }: Simulation): void {
  expect({ state: capture?.state ?? null, stage: capture?.failed_stage ?? null }).toEqual({
    state: expected.capture_state,
    stage: expected.failed_stage,
  });
  if (expected.capture_state === null) expect(expected.refusal).toContain(refusal?.code);
  expect(state).toBe(expected.capture_state === null ? 'refused' : 'handed_in');
}

/** First of all: where no picture was before, none is held for likeness. */
describe('a picture that was handed in before', () => {
  it('can be handed in again once it was accepted, and is a duplicate', async () => {
    const { id } = await agent.bounties.create(sign({ quantity: 3, criteria: { ...sign().criteria, unique: true } }));
    const replay = { behaviour: 'fraudulent', fraud: 'replayed' } as const;
    await expect(simulate(id, replay)).rejects.toMatchObject({ code: 'invalid_request', param: 'fraud' });
    expectForetold(await simulate(id, { behaviour: 'honest' }));
    expectForetold(await simulate(id, replay));
  });
});

describe('an honest simulated contributor', () => {
  it.each([
    ['reading', reading],
    ['picture', sign],
  ] as const)('is paid for its %s like anybody', async (_, terms) => {
    const seen = await simulate(terms(), { behaviour: 'honest' });
    expectForetold(seen);
    expect(seen).toMatchObject({ state: 'handed_in', capture: { state: 'settled' }, refusal: null });
    expect(await agent.bounties.waitFor(seen.bounty_id, { until: 'closed' })).toMatchObject({ outcome: 'filled' });
  });

  it('has handed in what it handed in, also when whoever did it for it was gone before saying so', async () => {
    const done = await simulate(reading(), { behaviour: 'honest' });
    const forget = "UPDATE simulation SET state = 'reserved', capture_id = NULL, act_at = now() WHERE id = $1";
    await market.database.dataSource.query(forget, [done.id]);
    const again = await eventually(async () => {
      const seen = await agent.sandbox.get(done.id);
      return seen.state === 'reserved' ? null : seen;
    }, 'its second end');
    expect(again).toEqual(done);
  });

  it('is in nobody’s reputation', async () => {
    const events = 'SELECT count(*)::int AS n FROM reputation_event';
    const made = `SELECT count(*)::int AS n FROM contributor WHERE simulated_for IS NOT NULL AND settled > 0`;
    expect((await market.database.dataSource.query(made))[0].n).toBeGreaterThan(0);
    expect((await market.database.dataSource.query(events))[0].n).toBe(0);
  });
});

describe('a fraudulent one', () => {
  it.each(['wrong_nonce', 'elsewhere', 'edited', 'wrong_content'] as const)(
    'that tries %s is caught as foretold',
    async (fraud) => {
      const seen = await simulate(fraud === 'edited' ? sign() : reading(), { behaviour: 'fraudulent', fraud });
      expectForetold(seen);
    },
  );

  it('that changes a value after it was signed is rejected for it', async () => {
    expectForetold(await simulate(reading(), { behaviour: 'fraudulent', fraud: 'edited' }));
  });
});

describe('what the sandbox gives', () => {
  it.each([
    [{}, 'criteria.all.0'],
    [{ criteria: { all: [{ text: { pattern: '[a-z]{8}' } }] } }, 'criteria.all.0.text.pattern'],
  ])('is no picture that nobody took', async (change, param) => {
    const { id } = await agent.bounties.create(sheepTerms({ window: closing(), ...change }));
    await expect(agent.sandbox.contribute({ bounty_id: id })).rejects.toMatchObject({
      code: 'criteria_unreachable',
      param,
    });
  });

  it('ends at its limits', async () => {
    await expect(agent.sandbox.credit('200.000000')).rejects.toMatchObject({
      code: 'sandbox_limit',
      facts: { left: '100.000000' },
    });
    const { id } = await agent.bounties.create(reading({ quantity: 3 }));
    const later = { bounty_id: id, delay_s: 7 * DAY_S };
    const other = (await newAgent(market.baseUrl, 'another')).client;
    await expect(other.sandbox.contribute(later)).rejects.toMatchObject({ code: 'not_found' });
    await agent.sandbox.contribute(later);
    await agent.sandbox.contribute(later);
    await expect(agent.sandbox.contribute(later)).rejects.toMatchObject({
      code: 'sandbox_limit',
      retry: 'after_delay',
    });
    await agent.bounties.cancel(id);
    await expect(agent.sandbox.contribute(later)).rejects.toMatchObject({ code: 'bounty_not_open' });
    await market.database.dataSource.query(`UPDATE simulation SET act_at = now() WHERE state = 'waiting'`);
    await eventually(async () => {
      const [{ n }] = await market.database.dataSource.query(
        `SELECT count(*)::int AS n FROM simulation WHERE state = 'waiting'`,
      );
      return n === 0;
    });
  });

  it('has no mode live where time can be moved', async () => {
    const live = { baseUrl: market.baseUrl, name: 'live', mode: 'live' } as const;
    await expect(AgentClient.agents.register(live)).rejects.toMatchObject({ code: 'mode_mismatch' });
  });
});

describe('time', () => {
  it('makes a late one late and an absent one lapse, and frees their slots', async () => {
    const { id } = await agent.bounties.create(reading({ quantity: 2 }));
    const late = await agent.sandbox.contribute({ bounty_id: id, behaviour: 'late' });
    const absent = await agent.sandbox.contribute({ bounty_id: id, behaviour: 'absent' });
    await agent.sandbox.waitFor(absent.id, { until: 'left' });
    await eventually(async () => (await agent.bounties.get(id)).slots.reserved === 2, 'both slots taken');
    await agent.sandbox.clock.advance(TTL_S + 2);
    expectForetold(await agent.sandbox.waitFor(late.id, { until: 'refused' }));
    await eventually(async () => (await agent.bounties.get(id)).slots.free === 2, 'both slots free again');
  });

  it('ends a bounty whose window is over, and never goes back', async () => {
    const { id } = await agent.bounties.create(reading({ window: closing(DAY_S) }));
    const before = await agent.sandbox.clock.get();
    const after = await agent.sandbox.clock.advance(2 * DAY_S, { idempotencyKey: 'two-days' });
    expect(after).toMatchObject({ movable: true, ahead_s: before.ahead_s + 2 * DAY_S });
    expect(await agent.sandbox.clock.advance(2 * DAY_S, { idempotencyKey: 'two-days' })).toMatchObject({
      ahead_s: after.ahead_s,
    });
    expect(await agent.bounties.waitFor(id, { until: 'closed' })).toMatchObject({
      outcome: 'expired',
      held: '0.000000',
    });
  });

  it('and those who wait outlive a restart', async () => {
    const { id } = await agent.bounties.create(reading({ window: closing(5 * DAY_S) }));
    const simulation = await agent.sandbox.contribute({ bounty_id: id, delay_s: DAY_S });
    const { ahead_s } = await agent.sandbox.clock.get();
    outlived = market.database;
    await market.stop();
    market = await testMarket({ ...SETTINGS, DATABASE_URL: outlived.url });
    agent = new AgentClient({ baseUrl: market.baseUrl, apiKey });
    expect(await agent.sandbox.clock.get()).toMatchObject({ ahead_s });
    expect(await agent.sandbox.get(simulation.id)).toMatchObject({ state: 'waiting' });
    await agent.sandbox.clock.advance(DAY_S);
    await agent.sandbox.waitFor(simulation.id, { until: 'handed_in' });
  });
});
