import { AgentClient } from '@groundtruth/sdk/agent';
import { FeedClient } from '@groundtruth/sdk/feeds';
import type { Bounty, ObservationCard } from '@groundtruth/sdk/protocol';
import { fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
beforeAll(async () => (market = await testMarket()));
afterAll(() => market.end());

const CRITERIA = { all: [{ object: { label: 'sheep' } }], unique: false };
type Funded = Awaited<ReturnType<TestMarket['funded']>>;
const feedOf = (reader: Funded) => new FeedClient({ baseUrl: market.baseUrl, apiKey: reader.api_key });

async function observed(agent: Funded, licence: { exclusive_s: number; resale: boolean }) {
  const bounty = await agent.client.bounties.create(sheepTerms({ criteria: CRITERIA, licence }));
  const worker = await newWorker(market.baseUrl, 'Aiko');
  await fulfil(worker, bounty, shotOf(photo('march-pastoral')));
  const card = await eventually(
    async () => (await cards(agent)).find((each) => each.bounty_id === bounty.id),
    'the card',
  );
  return { bounty, worker, card };
}

async function cards(reader: Funded): Promise<ObservationCard[]> {
  const all: ObservationCard[] = [];
  for await (const card of feedOf(reader).observations.list()) all.push(card);
  return all;
}

describe('a read', () => {
  it('is free for the funder and split exactly when somebody else pays', async () => {
    const [agent, reader] = [await market.funded(), await market.funded('1.000000')];
    const { bounty, worker, card } = await observed(agent, { exclusive_s: 0, resale: true });
    expect((await feedOf(agent).observations.get(card.id)).body?.record).toMatchObject({ id: card.id });
    expect((await feedOf(reader).observations.get(card.id)).body).toBeNull();

    const twice = [await feedOf(reader).observations.read(card.id), await feedOf(reader).observations.read(card.id)];
    expect(twice[0]!.body.record).toEqual(twice[1]!.body.record);
    expect((await feedOf(reader).observations.get(card.id)).body?.salt).toBe(twice[0]!.body.salt);
    expect((await reader.client.balance.get()).balances[0]).toMatchObject({ available: '0.990000' });
    expect((await worker.client.balance.get()).balances[0]).toMatchObject({ available: '5.007000' });
    await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] });
    expect((await agent.client.balance.get()).balances[0]).toMatchObject({ available: '94.502000' });
  });

  it('that the balance does not cover sells nothing', async () => {
    const agent = await market.funded();
    const { card } = await observed(agent, { exclusive_s: 0, resale: true });
    const poor = await market.funded('0.009999');
    await expect(feedOf(poor).observations.read(card.id)).rejects.toMatchObject({ code: 'insufficient_funds' });
    expect((await feedOf(poor).observations.get(card.id)).body).toBeNull();
  });
});

describe('an exclusive observation', () => {
  it('is known to its funder alone until the period is over, then to everybody at a later place in the feed', async () => {
    const [agent, reader] = [await market.funded(), await market.funded()];
    const { card } = await observed(agent, { exclusive_s: 600, resale: true });
    expect((await cards(reader)).map((each) => each.id)).not.toContain(card.id);
    await expect(feedOf(reader).observations.get(card.id)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await market.database.dataSource.query('UPDATE observation SET embargo_until = now() WHERE id = $1', [card.id]);
    const shown = await eventually(
      async () => (await cards(reader)).find((each) => each.id === card.id),
      'the end of the period',
    );
    expect(shown).toMatchObject({ price: '0.010000', bounty_id: null });
    expect((await cards(agent)).filter((each) => each.id === card.id)).toHaveLength(1);
  });

  it('without resale never leaves its funder', async () => {
    const [agent, reader] = [await market.funded(), await market.funded()];
    const { card } = await observed(agent, { exclusive_s: 0, resale: false });
    await market.background.sweep();
    expect((await cards(reader)).map((each) => each.id)).not.toContain(card.id);
    await expect(feedOf(reader).observations.read(card.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a stream', () => {
  it('goes on after the last id it was given, without loss or repetition', async () => {
    const agent = await market.funded();
    const published = [];
    for (let i = 0; i < 3; i++) published.push((await observed(agent, { exclusive_s: 0, resale: true })).card.id);
    const all = (await cards(agent)).map((card) => card.id);
    expect(all.slice(-3)).toEqual(published);
    for (let cut = 0; cut < all.length; cut++) {
      const ending = new AbortController();
      const seen: string[] = [];
      const from = cut === 0 ? {} : { from: all[cut - 1]! };
      for await (const card of feedOf(agent).stream({ ...from, signal: ending.signal })) {
        seen.push(card.id);
        if (card.id === all.at(-1)) ending.abort();
      }
      expect(seen).toEqual(all.slice(cut));
    }
  });
});

describe('the events of a bounty', () => {
  it('tell both parties what happened, in order, by ids only', async () => {
    const agent = await market.funded();
    const { bounty, worker } = await observed(agent, { exclusive_s: 0, resale: true });
    await agent.client.bounties.waitFor(bounty.id, { until: ['closed'] });
    const of = async (list: AsyncIterable<{ type: string; data: object }>): Promise<string[]> => {
      const types: string[] = [];
      for await (const event of list) {
        types.push(event.type);
        expect(Object.keys(event.data).every((key) => key.endsWith('_id'))).toBe(true);
      }
      return types;
    };
    const seen = await eventually(async () => {
      const types = await of(agent.client.events.list());
      return types.includes('bounty.closed') && types.includes('observation.published') ? types : null;
    });
    const order = [
      'bounty.opened',
      'reservation.created',
      'capture.created',
      'capture.submitted',
      'capture.accepted',
      'capture.settled',
      'bounty.closed',
    ];
    expect(order.map((type) => seen.indexOf(type))).toEqual(
      order.map((type) => seen.indexOf(type)).sort((a, b) => a - b),
    );
    expect(seen).toEqual(expect.arrayContaining(order));
    expect(await of(worker.client.events.list())).toEqual(
      expect.arrayContaining(['reservation.created', 'capture.settled']),
    );
  });
});

describe('test and live', () => {
  it('never see each other', async () => {
    const agent = await market.funded();
    const bounty: Bounty = await agent.client.bounties.create(sheepTerms());
    const live = await AgentClient.agents.register({ baseUrl: market.baseUrl, name: 'live agent', mode: 'live' });
    const client = new AgentClient({ baseUrl: market.baseUrl, apiKey: live.api_key });
    expect(live.api_key).toMatch(/^gt_live_/);
    await expect(client.bounties.get(bounty.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(market.operator.sandbox.credit(live.id, '1.000000')).rejects.toMatchObject({ code: 'mode_mismatch' });
    await expect(client.bounties.create(sheepTerms())).rejects.toMatchObject({ code: 'insufficient_funds' });
  });
});
