import type { Bounty, BountyTermsInput } from '@groundtruth/sdk/protocol';
import { StandingSweep } from '../../src/standing/index.js';
import { sheepTerms } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import { all, bountiesOf, Killed, runnerThatDies, SHEEP, template } from '../support/standing.js';

const DAY_S = 86_400;

let market: DeskMarket;
beforeAll(async () => (market = await deskMarket()));
afterAll(() => market.end());

/** Somebody's bounty for sheep, answered: an observation of it is published. */
async function observed(agent: Funded, change: Partial<BountyTermsInput> = {}): Promise<void> {
  const window = { closes_at: new Date(market.clock.now() + 3_600_000).toISOString() };
  const criteria = { all: [{ object: { label: 'sheep' } }], unique: false, provenance: 'signed' as const };
  const bounty = await agent.client.bounties.create(sheepTerms({ window, criteria, ...change }));
  await answered(agent, bounty.id);
}

/** A bounty is answered by an observation that its requester can see. */
async function answered(agent: Funded, bountyId: string): Promise<void> {
  await market.judged(bountyId, SHEEP);
  await eventually(async () => {
    await market.background.sweep();
    for await (const card of agent.client.observations.list()) if (card.bounty_id === bountyId) return true;
    return false;
  }, `the observation of ${bountyId}`);
  await market.background.sweep();
}

const on = 'observation' as const;
const sheepSeen = { object: { label: 'sheep', is: 'present' as const } };

async function watcher(trigger: object): Promise<{ agent: Funded; id: string; bounties: () => Promise<Bounty[]> }> {
  const agent = await market.funded('1000');
  const { id } = await agent.client.standing.create({
    template: template(),
    trigger: { on, cooldown_s: 60, ...trigger } as never,
    budget_per_day: '55',
    max_open: 10,
  });
  return { agent, id, bounties: () => bountiesOf(agent) };
}

describe('a bounty set off by observations', () => {
  it('answers cards it may see and bodies it bought, never what is exclusive to others or not paid for', async () => {
    const other = await market.funded('1000');
    const byCard = await watcher({});
    const byFact = await watcher({ fact: sheepSeen });
    const elsewhere = await watcher({ query: { area: { lat: 48.2, lng: 16.37, radius_m: 500 } } });
    await observed(other, { licence: { exclusive_s: 600, resale: true } });
    expect(await byCard.bounties()).toEqual([]);
    await market.pass(601);
    await market.background.sweep();
    expect(await byCard.bounties()).toHaveLength(1);
    expect(await byFact.bounties()).toEqual([]);
    const [card] = await all(byFact.agent.client.observations.list());
    await byFact.agent.client.observations.read(card!.id);
    await market.background.sweep();
    expect(await byFact.bounties()).toHaveLength(1);
    await market.pass(120);
    await market.background.sweep();
    const [run] = await all(byFact.agent.client.standing.runs(byFact.id));
    expect(run).toMatchObject({ outcome: 'posted', observation_id: card!.id, slots: 1 });
    expect([await byFact.bounties(), await byCard.bounties()].map((made) => made.length)).toEqual([1, 1]);
    await observed(other, { licence: { exclusive_s: 0, resale: false } });
    await market.pass(120);
    expect((await byCard.bounties()).length).toBe(1);
    expect(await elsewhere.bounties()).toEqual([]);
  }, 120_000);

  it('is posted once for one observation by workers that run at once and are killed, and rests for its cooldown', async () => {
    const { agent, id, bounties } = await watcher({ fact: sheepSeen, cooldown_s: 3_600 });
    await agent.client.standing.pause(id);
    await observed(agent);
    await agent.client.standing.resume(id);
    await market.background.sweep();
    expect(await bounties()).toHaveLength(1); // Its own one; what was published while it was paused is passed over.
    const sweep = market.http.app.get(StandingSweep);
    await observed(agent);
    await Promise.all([1, 2, 3].map(() => sweep.pass()));
    const runs = await all(agent.client.standing.runs(id));
    expect(runs.map(({ outcome }) => outcome)).toEqual(['posted']);
    const cause = { slot: 'obs_killed', due_at: market.clock.now(), observation_id: null };
    for (const [at, committed] of [[1, true], [2, true], [3, false], [3, true]] as const)
      await runnerThatDies(market, at, committed).attempt(id, cause).catch((error: unknown) => expect(error).toBeInstanceOf(Killed)); // prettier-ignore
    await observed(agent);
    await market.background.sweep();
    const reasons = (await all(agent.client.standing.runs(id))).map(({ outcome, reason }) => reason ?? outcome);
    expect(reasons.sort()).toEqual(['cooldown', 'cooldown', 'posted']); // All at one moment, so in any order.
    expect(await bounties()).toHaveLength(4); // Three asked for by hand, one by it.
  }, 120_000);

  it('answers what its own bounties bring only when that is stated, and then rests between', async () => {
    const silent = await watcher({});
    const loops = await watcher({ include_own: true, cooldown_s: 600 });
    await observed(await market.funded());
    const [mine] = await silent.bounties();
    const [its] = await loops.bounties();
    await market.pass(601);
    await answered(silent.agent, mine!.id);
    expect(await silent.bounties()).toHaveLength(1);
    await answered(loops.agent, its!.id);
    expect(await loops.bounties()).toHaveLength(2);
  }, 120_000);
});

describe('the life of a standing bounty', () => {
  const daily = (agent: Funded) =>
    agent.client.standing.create({ template: template(), trigger: { every_s: 86_400 }, budget_per_day: '5.5' });
  const reasonsOf = async (agent: Funded, id: string) =>
    (await all(agent.client.standing.runs(id))).map(({ reason }) => reason);

  it('is its agent’s alone, is told in events, and is never taken up again', async () => {
    const agent = await market.funded();
    const { id } = await daily(agent);
    await market.background.sweep();
    const stranger = (await market.funded()).client.standing;
    for (const look of [stranger.get(id), stranger.pause(id), stranger.end(id), all(stranger.runs(id))])
      await expect(look).rejects.toMatchObject({ code: 'not_found' });
    expect(await agent.client.standing.end(id)).toMatchObject({ state: 'ended', end_reason: 'requester', open: 1 });
    expect(await agent.client.standing.end(id)).toMatchObject({ end_reason: 'requester' });
    await expect(agent.client.standing.resume(id)).rejects.toMatchObject({ code: 'standing_state' });
    const told = await eventually(async () => {
      const events = await all(agent.client.events.list());
      const own = events.filter(({ resource_id }) => resource_id === id);
      return own.length === 2 ? own : null;
    }, 'its events');
    expect(told.map(({ type }) => type)).toEqual(['standing.posted', 'standing.ended']);
  });

  it('has room in its budget for one bounty, an end to come, and at most 99 beside it', async () => {
    const agent = await market.funded();
    const body = { template: template(), trigger: { every_s: 86_400, starts_at: new Date(market.clock.now() + 1e9).toISOString() } }; // prettier-ignore
    const create = (change: object) => agent.client.standing.create({ ...body, budget_per_day: '5.5', ...change });
    await expect(create({ budget_per_day: '5.499999' })).rejects.toMatchObject({ code: 'invalid_request', param: 'budget_per_day' }); // prettier-ignore
    await expect(create({ ends_at: new Date(market.clock.now()).toISOString() })).rejects.toMatchObject({ param: 'ends_at' }); // prettier-ignore
    const made = await Promise.all(Array.from({ length: 100 }, () => create({})));
    await expect(create({})).rejects.toMatchObject({ code: 'standing_limit' });
    await agent.client.standing.end(made[0]!.id);
    await create({});
    expect(await all(agent.client.standing.list({ state: 'active' }))).toHaveLength(100);
  });

  it('ends at its time, with its key, and when policy has stopped three runs in a row', async () => {
    const [timed, keyed, refused] = [await market.funded(), await market.funded(), await market.funded()];
    const { id: byTime } = await daily(timed);
    await timed.client.standing.change(byTime, { ends_at: new Date(market.clock.now() + 1_000).toISOString() });
    const { id: byKey } = await daily(keyed);
    await market.database.dataSource.query('UPDATE api_key SET revoked_at = now() WHERE principal_id = $1', [keyed.id]);
    const { id: byPolicy } = await daily(refused);
    const area = await market.operator.areas.suspend({ lat: 32.7448, lng: 129.8737, radius_m: 500 }, 'a landslide');
    for (const _ of [1, 2, 3]) await market.pass(DAY_S);
    await market.operator.areas.lift(area.id);
    expect(await timed.client.standing.get(byTime)).toMatchObject({ state: 'ended', end_reason: 'ends_at' });
    const state = await market.database.dataSource.query('SELECT end_reason FROM standing_bounty WHERE id = $1', [byKey]); // prettier-ignore
    expect(state).toEqual([{ end_reason: 'key_revoked' }]);
    expect(await refused.client.standing.get(byPolicy)).toMatchObject({ state: 'ended', end_reason: 'policy' });
    expect(new Set(await reasonsOf(refused, byPolicy))).toEqual(new Set(['policy', 'missed']));
    expect(await bountiesOf(refused)).toEqual([]);
  });

  it('says why nothing was posted: the caps of its key, and the balance', async () => {
    const poor = await market.funded('5');
    const capped = await market.funded();
    await market.database.dataSource.query('UPDATE api_key SET cap_per_bounty = 5000000 WHERE principal_id = $1', [capped.id]); // prettier-ignore
    const [first, second] = [await daily(poor), await daily(capped)];
    await market.background.sweep();
    expect([await reasonsOf(poor, first.id), await reasonsOf(capped, second.id)]).toEqual([['insufficient_funds'], ['spend_cap']]); // prettier-ignore
    expect([...(await bountiesOf(poor)), ...(await bountiesOf(capped))]).toEqual([]);
  });
});
