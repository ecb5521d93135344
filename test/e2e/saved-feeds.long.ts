import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeedClient, ObservationSkipped, type SkipReason, type StreamedObservation } from '@groundtruth/sdk/feeds';
import type { BountyTermsInput, ObservationCard } from '@groundtruth/sdk/protocol';
import { runOddsBot, type Advice, type Question } from '../../sdk/examples/odds-bot.js';
import { newWorker, PLACE, sheepTerms } from '../support/cast.js';
import { deskMarket, type DeskMarket, type Funded } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import type { Results } from '../simulation/desk.js';

const SHEEP: Results = { objects: { status: 'pass', score: 0.9, evidence: { objects: [{ label: 'sheep', count: 3, score: 0.9 }] } } }; // prettier-ignore
const SHEEP_CRITERIA = { all: [{ object: { label: 'sheep' } }] };
const WRONG = { reason_code: 'not_what_was_asked' } as const;
const UPHOLD = { decision: 'uphold', reason: 'no flock' } as const;

let market: DeskMarket;
beforeAll(async () => (market = await deskMarket()));
afterAll(() => market.end());
beforeEach(() => market.database.dataSource.query('TRUNCATE observation CASCADE'));

const clientOf = ({ api_key: apiKey }: Pick<Funded, 'api_key'>) => new FeedClient({ baseUrl: market.baseUrl, apiKey });
const keys = () => market.keyring.public_keys.find(({ mode }) => mode === 'test')!;
const available = async (of: Funded) => (await of.client.balance.get()).balances[0]!.available;

async function agreed(agent: Funded, quantity: number, criteria: BountyTermsInput['criteria'] = SHEEP_CRITERIA) {
  const window = { closes_at: new Date(market.clock.now() + 3 * 3_600_000).toISOString() };
  return agent.client.bounties.create(sheepTerms({ window, quantity, agreement: { of: 2 }, criteria, price: { schedule: 'fixed', amount: '0.5' } })); // prettier-ignore
}

/** A paid capture of another contributor each time, and the card that it made. */
async function captured(agent: Funded, bountyId: string, count: number) {
  const { id, worker } = await market.judged(bountyId, SHEEP);
  const made = await eventually(async () => {
    await market.background.sweep();
    const cards = await cardsOf(agent);
    return cards.length >= count ? cards : null;
  }, `card ${count}`);
  return { id, worker, card: made.at(-1)! };
}

async function cardsOf(reader: Funded, filter = {}): Promise<ObservationCard[]> {
  const all: ObservationCard[] = [];
  for await (const card of clientOf(reader).observations.list(filter)) all.push(card);
  return all;
}

/** What a stream hands over and skips, until there are so many of both. */
async function taken(
  stream: (
    skipped: (card: ObservationCard, reason: SkipReason) => void,
    signal: AbortSignal,
  ) => AsyncIterable<StreamedObservation>,
  count: number,
) {
  const ending = new AbortController();
  const seen: (string | [string, SkipReason])[] = [];
  const add = (one: (typeof seen)[number]): void => {
    if (seen.push(one) >= count) ending.abort();
  };
  for await (const { record } of stream((card, reason) => add([card.id, reason]), ending.signal)) add(record.id);
  return seen;
}

describe('agreement', () => {
  it('revises the observation as independent captures agree, each revision signed, logged and verifiable, and the old one marked', async () => {
    const [agent, reader] = [await market.funded(), await market.funded()];
    const bounty = await agreed(agent, 2);
    const first = await captured(agent, bounty.id, 1);
    expect(first.card).toMatchObject({ revision: 1, revises: null, superseded_by: null, independent_captures: 1 });
    const before = new Date(market.clock.now()).toISOString();
    market.clock.advance(1_000);
    const second = await captured(agent, bounty.id, 2);
    expect(second.card).toMatchObject({
      revision: 2,
      revises: first.card.id,
      independent_captures: 2,
      retracted: false,
    });
    expect((await cardsOf(agent))[0]).toMatchObject({ id: first.card.id, superseded_by: second.card.id });

    const feed = await clientOf(reader).feeds.create('all');
    const records: StreamedObservation[] = [];
    for await (const one of feed.stream({ keys: keys(), allowTest: true })) if (records.push(one) === 2) break;
    expect(records.map(({ record }) => record.value_at_risk_max)).toEqual(['500000', '1000000']);
    expect(records[1]!.record.revision).toEqual({ number: 2, revises: first.card.id, cause: 'agreement' });
    expect(records[1]!.record.verdict_ids).toHaveLength(2);

    expect((await cardsOf(reader, { as_of: before })).map(({ id, superseded_by }) => [id, superseded_by])).toEqual([[first.card.id, null]]); // prettier-ignore
    const now = new Date(market.clock.now()).toISOString();
    expect((await cardsOf(reader, { as_of: now })).map(({ id }) => id)).toEqual([second.card.id]);
  });

  it('counts captures of people who share something once', async () => {
    const agent = await market.funded();
    const bounty = await agreed(agent, 2);
    const first = await captured(agent, bounty.id, 1);
    const worker = await newWorker(market.baseUrl, 'the same, perhaps');
    for (const party of [first.worker.id, worker.id])
      await market.database.dataSource.query('INSERT INTO party_trait VALUES ($1, $2, now())', [
        party,
        'wallet:0xshared',
      ]);
    await market.judged(bounty.id, SHEEP, { worker });
    const card = await eventually(async () => {
      await market.background.sweep();
      return (await cardsOf(agent)).find(({ revision }) => revision === 2);
    }, 'the revision');
    expect(card.independent_captures).toBe(1);
    expect((await clientOf(agent).observations.get(card.id)).body!.record).toMatchObject({
      independent_captures: 1,
      // One name of 2 dollars that was paid half a dollar twice.
      value_at_risk_max: '333333',
    });
  });

  it('begins another observation with what does not agree', async () => {
    const agent = await market.funded();
    const pattern = 'OPEN|CLOSED';
    const criteria = { all: [{ text: { pattern } }] };
    const bounty = await agreed(agent, 2, criteria);
    for (const [n, word] of ['OPEN', 'CLOSED'].entries()) {
      await market.judged(bounty.id, { text: { evidence: { matches: [{ pattern, matched: [word] }] } } });
      await eventually(async () => (await market.background.sweep(), (await cardsOf(agent)).length === n + 1), word);
    }
    expect((await cardsOf(agent)).map(({ revision, superseded_by }) => [revision, superseded_by])).toEqual([
      [1, null],
      [1, null],
    ]);
  });

  it('takes a capture out when a dispute over it is upheld: a correction while another stands, then a retraction that is free for all', async () => {
    const [agent, reader] = [await market.funded(), await market.funded()];
    const bounty = await agreed(agent, 2);
    const first = await captured(agent, bounty.id, 1);
    const second = await captured(agent, bounty.id, 2);
    const bought = await clientOf(reader).observations.read(second.card.id);

    for (const [index, { id }] of [first, second].entries()) {
      const dispute = await agent.client.captures.dispute(id, WRONG);
      await market.operator.disputes.decide(dispute.id, UPHOLD);
      await eventually(
        async () => (await market.background.sweep(), (await cardsOf(agent)).length === 3 + index),
        'the revision',
      );
    }
    const cards = await cardsOf(reader);
    expect(cards.map(({ revision, independent_captures, retracted, price }) => [revision, independent_captures, retracted, price])).toEqual([
      [1, 1, false, '0.010000'], [2, 2, false, '0.010000'], [3, 1, false, '0.010000'], [4, 0, true, '0.000000'],
    ]); // prettier-ignore
    expect(cards.map(({ disputed_at }) => disputed_at !== null)).toEqual([true, true, true, false]);
    expect(cards.map(({ superseded_by }) => superseded_by)).toEqual([...cards.slice(1).map(({ id }) => id), null]);
    const before = await available(reader);
    const { body } = await clientOf(reader).observations.get(cards[3]!.id);
    expect(body!.record).toMatchObject({
      facts: [], value_at_risk_max: '0', confidence: 0, revision: { number: 4, revises: cards[2]!.id, cause: 'retraction' },
    }); // prettier-ignore
    await clientOf(reader).observations.read(cards[3]!.id);
    expect(await available(reader)).toBe(before);
    // What was sold is as it was signed.
    expect((await clientOf(reader).observations.get(second.card.id)).body!.record).toEqual(bought.body.record);
  });
});

describe('a saved feed', () => {
  it('is its owner’s alone, and finds what its query asks for', async () => {
    const [agent, reader, stranger] = [await market.funded(), await market.funded(), await market.funded()];
    const { card } = await captured(agent, (await agreed(agent, 2)).id, 1);
    const { feeds } = clientOf(reader);
    const here = await feeds.create('here', {
      kinds: ['photo'],
      area: { ...PLACE, radius_m: 1_000 },
      tier_min: 'signed',
    });
    expect(here.feed.cells).toContain(card.cell);
    const elsewhere = await feeds.create('elsewhere', { area: { lat: 10, lng: 10, radius_m: 1_000 } });
    const surer = await feeds.create('surer', { independent_captures_min: 2 });
    expect((await cardsOf(reader, { feed: here.id })).map(({ id }) => id)).toEqual([card.id]);
    expect(await cardsOf(reader, { feed: elsewhere.id })).toEqual([]);
    expect(await cardsOf(reader, { feed: surer.id })).toEqual([]);
    expect(await cardsOf(reader, { feed: here.id, kind: 'reading' })).toEqual([]);
    expect(await cardsOf(reader, { hour_from: card.hour, hour_until: new Date(Date.parse(card.hour) + 1).toISOString() })).toHaveLength(1); // prettier-ignore
    expect(await cardsOf(reader, { hour_until: card.hour })).toEqual([]);
    for await (const one of here.cards()) {
      expect(one.id).toBe(card.id);
      break;
    }

    const others = clientOf(stranger);
    await expect(others.feeds.get(here.id)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(others.feeds.delete(here.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(others.feeds.subscribe(here.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(cardsOf(stranger, { feed: here.id })).rejects.toMatchObject({ code: 'not_found' });
    const names: string[] = [];
    for await (const { name } of feeds.list()) names.push(name);
    expect(names).toEqual(['here', 'elsewhere', 'surer']);
    await feeds.delete(here.id);
    await expect(feeds.get(here.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('asks for nothing that a card does not show, for no area that is none, and is one of a hundred at most', async () => {
    const reader = await market.funded();
    const { feeds, observations } = clientOf(reader);
    const hidden = { labels: ['sheep'] } as object;
    await expect(feeds.create('labels', hidden)).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'query.labels',
    });
    const pole = { area: { lat: 90, lng: 0, radius_m: 1_000 } };
    await expect(feeds.create('pole', pole)).rejects.toMatchObject({ code: 'invalid_request', param: 'query.area' });
    for (let made = 0; made < 100; made++) await feeds.create(`feed ${made}`);
    await expect(feeds.create('one more')).rejects.toMatchObject({ code: 'feeds_limit', status: 409 });
    const later = new Date(market.clock.now() + 1_000).toISOString();
    await expect((async () => { for await (const _ of observations.list({ as_of: later })); })()).rejects.toMatchObject({ code: 'invalid_request', param: 'as_of' }); // prettier-ignore
  });
});

describe('a subscription to bodies', () => {
  it('buys each once, within its price and its cap for a day, and says why it did not', async () => {
    const [agent, reader] = [await market.funded(), await market.funded('1.000000')];
    const ids: string[] = [];
    for (let n = 1; n <= 3; n++) ids.push((await captured(agent, (await market.bounty(agent)).id, n)).card.id);
    const client = clientOf(reader);
    const feed = await client.feeds.create('all');
    const terms = { deliver: 'bodies', cap_per_day: '0.02' } as const;
    const { id: subscription } = await feed.subscribe(terms);
    const stream = (skipped: (card: ObservationCard, reason: SkipReason) => void, signal: AbortSignal) =>
      feed.stream({ keys: keys(), allowTest: true, subscription, skipped, signal });
    expect(await taken(stream, 3)).toEqual([ids[0], ids[1], [ids[2], 'cap_per_day_reached']]);
    expect(await taken(stream, 3)).toEqual([ids[0], ids[1], [ids[2], 'cap_per_day_reached']]); // Again, for nothing.
    expect(await available(reader)).toBe('0.980000');

    const cheap = await feed.subscribe({ ...terms, price_max: '0.009' });
    const dear = (skipped: (card: ObservationCard, reason: SkipReason) => void, signal: AbortSignal) =>
      feed.stream({ keys: keys(), allowTest: true, subscription: cheap.id, from: ids[1]!, skipped, signal });
    expect(await taken(dear, 1)).toEqual([[ids[2], 'price_above_max']]);

    market.clock.advance(86_400_000);
    expect((await taken(stream, 3)).at(-1)).toBe(ids[2]);
    expect(await client.feeds.cancel(subscription)).toMatchObject({ state: 'cancelled', available_actions: [] });
    expect(await client.feeds.cancel(subscription)).toMatchObject({ state: 'cancelled' });
    const states: string[] = [];
    for await (const { state } of client.feeds.subscriptions()) states.push(state);
    expect(states).toEqual(['cancelled', 'active']);
    await client.feeds.delete(feed.id);
    for await (const { state } of client.feeds.subscriptions()) expect(state).toBe('cancelled');
  });

  it('that the balance does not cover comes as a card with the reason, and nothing is charged', async () => {
    const [agent, poor] = [await market.funded(), await market.funded('0.009999')];
    const { card } = await captured(agent, (await market.bounty(agent)).id, 1);
    const feed = await clientOf(poor).feeds.create('all');
    const { id: subscription } = await feed.subscribe({ deliver: 'bodies', cap_per_day: '1' });
    const seen = await taken((skipped, signal) => feed.stream({ keys: keys(), allowTest: true, subscription, skipped, signal }), 1); // prettier-ignore
    expect(seen).toEqual([[card.id, 'insufficient_funds']]);
    expect(await available(poor)).toBe('0.009999');
    await expect(feed.subscribe({ deliver: 'bodies' })).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'cap_per_day',
    });
  });
});

describe('a stake', () => {
  it('above what an observation can bear is refused, unless told otherwise', async () => {
    const [agent, reader] = [await market.funded(), await market.funded()];
    const { card } = await captured(agent, (await agreed(agent, 2)).id, 1);
    const feed = await clientOf(reader).feeds.create('all');
    const options = { keys: keys(), allowTest: true };
    const first = async (stake: string, more = {}) => {
      for await (const { record } of feed.stream({ ...options, stake, ...more })) return record.id;
      return null;
    };
    expect(await first('0.5')).toBe(card.id);
    await expect(first('0.500001')).rejects.toThrow(ObservationSkipped);
    expect(await first('5.000001', { allowStakeAboveRisk: true })).toBe(card.id);
  });
});

describe('the odds bot', () => {
  it('reads odds from a file, follows agreement, and says what it means', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'odds-'));
    const oddsFile = join(folder, 'odds.json');
    const questions: Question[] = [
      { question: 'Are there sheep?', label: 'sheep', at_least: 1, yes: 0.6 },
      { question: 'Are there ten?', label: 'sheep', at_least: 10, yes: 0.02 },
    ];
    await writeFile(oddsFile, JSON.stringify(questions));
    const [agent, reader] = [await market.funded(), await market.funded()];
    const ending = new AbortController();
    const [advice, skipped]: [Advice[], string[]] = [[], []];
    const running = runOddsBot({
      baseUrl: market.baseUrl, apiKey: reader.api_key, oddsFile, keys: keys(), stake: '1', signal: ending.signal,
      onAdvice: (one) => advice.push(one), onSkipped: (id) => skipped.push(id),
    }); // prettier-ignore
    const bounty = await agreed(agent, 2);
    await captured(agent, bounty.id, 1);
    const { card } = await captured(agent, bounty.id, 2);
    await Promise.race([running, eventually(() => advice.length === 2, 'the advice')]);
    ending.abort();
    await running;
    await rm(folder, { recursive: true });
    expect(advice.map(({ observation_id, advice }) => [observation_id, advice])).toEqual([[card.id, 'buy_yes'], [card.id, 'wait']]); // prettier-ignore
    expect(skipped).toEqual([]);
  });
});
