import type { BountyTermsInput } from '@groundtruth/sdk/protocol';
import { newAgent, newWorker, sheepTerms } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';

let market: TestMarket;
beforeAll(async () => (market = await testMarket({ VERIFIERS: '0' })));
afterAll(() => market?.end());

const HELD = { title: 'Schafe auf der Weide 羊' };
const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as { code: string },
  );

describe('a bounty that policy holds', () => {
  it('passes when its agent repeats it after an operator has allowed it, and every decision can be read', async () => {
    const agent = await market.funded();
    const error = await refusalOf(agent.client.bounties.create(sheepTerms(HELD)));
    expect(error).toMatchObject({ code: 'policy_held' });
    const holds = [];
    for await (const hold of market.operator.policy.holds('waiting')) holds.push(hold);
    expect(holds).toMatchObject([{ rule: 'unreadable_text', subject: { ...HELD, requester_id: agent.id } }]);
    const [hold] = holds;
    const answer = await market.operator.policy.decide(hold!.id, 'allow', 'sheep on a pasture');
    expect(answer).toMatchObject({ id: hold!.id, state: 'allowed', reason: 'sheep on a pasture' });
    await expect(market.operator.policy.decide(hold!.id, 'refuse', 'second thoughts')).rejects.toMatchObject({ code: 'policy_hold_state' }); // prettier-ignore
    const bounty = await agent.client.bounties.create(sheepTerms(HELD));
    expect(bounty.state).toBe('open');
    const decisions = [];
    for await (const decision of market.operator.policy.decisions(bounty.id)) decisions.push(decision);
    expect(decisions).toMatchObject([{ stage: 'publish', outcome: 'allow', rule: null }]);
    expect(decisions[0]!.places_version).toMatch(/^bundled-1@/);
    const other = await newAgent(market.origin, 'a stranger');
    expect(await refusalOf(other.client.bounties.create(sheepTerms(HELD)))).toMatchObject({ code: 'policy_held' });
  });

  it('is for operators alone to see', async () => {
    const agent = await newAgent(market.origin, 'curious');
    const get = (path: string) =>
      fetch(`${market.origin}${path}`, { headers: { authorization: `Bearer ${agent.api_key}` } });
    expect((await get('/v1/admin/policy-holds')).status).toBe(403);
    expect((await get(`/v1/admin/policy-decisions?subject=${agent.id}`)).status).toBe(403);
  });
});

describe('a hazard', () => {
  const terms = (price: BountyTermsInput['price']) => sheepTerms({ title: 'Sheep seen from the rooftop', price });
  const fixed = (amount: string) => terms({ schedule: 'fixed', amount });
  const REFUSED = { code: 'policy_refused', facts: { rule: 'hazard_heights', price_max: '15.000000' } };

  it('caps what a bounty may pay, and no escalation crosses the cap', async () => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(fixed('15.000000'));
    expect(await refusalOf(agent.client.bounties.create(fixed('15.000001')))).toMatchObject(REFUSED);
    const rising = (cap: string) =>
      terms({ schedule: 'linear', start: '5.000000', cap, starts_at: inHours(0.1), ends_at: inHours(2) });
    expect(await refusalOf((await market.funded()).client.bounties.create(rising('15.000001')))).toMatchObject(REFUSED);
    const raised = agent.client.bounties.raise(bounty.id, { price: { schedule: 'fixed', amount: '15.000001' } });
    expect(await refusalOf(raised)).toMatchObject(REFUSED);
    const quote = await agent.client.bounties.quote(fixed('15.000001'));
    expect(quote.policy).toMatchObject({
      outcome: 'refuse',
      rule: 'hazard_heights',
      hint: expect.stringContaining('15.000000'),
    });
  });
});

describe('a suspended area', () => {
  it('suspends the open bounties in it, and they open again when it is lifted', async () => {
    const agent = await market.funded();
    const { id } = await agent.client.bounties.create(sheepTerms());
    const { area } = sheepTerms();
    const { id: suspension } = await market.operator.areas.suspend(area, 'a fire nearby');
    expect((await agent.client.bounties.get(id)).state).toBe('suspended');
    await expect(agent.client.bounties.create(sheepTerms())).rejects.toMatchObject({ code: 'policy_refused' });
    await market.operator.areas.lift(suspension);
    expect((await agent.client.bounties.get(id)).state).toBe('open');
  });
});

describe('whoever may take the work', () => {
  it('sees what it is for and who says to ask, before taking it', async () => {
    const agent = await market.funded();
    const { id } = await agent.client.bounties.create(sheepTerms({ purpose: 'retail', requester_class: 'company' }));
    const worker = await newWorker(market.origin, 'Dora');
    expect((await worker.client.bounties.get(id)).terms).toMatchObject({
      purpose: 'retail',
      requester_class: 'company',
    });
  });
});
