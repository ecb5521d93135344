import { createHash } from 'node:crypto';
import { FeedClient } from '@groundtruth/sdk/feeds';
import {
  canonicalJson,
  cardSchema,
  eventSchema,
  factsHash,
  leafSchema,
  ROUTES,
  type ObservationCard,
  type ObservationRecord,
  type Route,
} from '@groundtruth/sdk/protocol';
import { getResolution } from 'h3-js';
import { cardMessage } from '../../src/feeds/webhooks/webhook.messages.js';
import { fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

/** Facts that occur nowhere else in this product, so that wherever they turn up they were told. */
const RARE_FACTS = [
  { object: { label: 'quagga-zwölf', count: 7331, score: 0.8675309 } },
  { text: { pattern: 'XQJZ[0-9]+', matched: ['XQJZ90125', 'Überraschung "17"'] } },
  { reading: { quantity_kind: 'fathoms_of_rope', unit: 'fth', value: 40318.25, at: 1_700_000_123_457, samples: 977 } },
];
const CONFIDENCE = 0.73190481;
const VALUE_AT_RISK = '77701230041';

let market: TestMarket;
let card: ObservationCard;
let row: { record: ObservationRecord; salt: string; capture_id: string; bounty_id: string };
let funder: { readonly api_key: string };
beforeAll(async () => {
  market = await testMarket();
  const agent = await market.funded();
  funder = agent;
  const licence = { exclusive_s: 0, resale: true };
  const bounty = await agent.client.bounties.create(
    sheepTerms({ criteria: { all: [{ object: { label: 'sheep' } }], unique: false }, licence }),
  );
  await fulfil(await newWorker(market.baseUrl, 'Aiko'), bounty, shotOf(photo('march-pastoral')));
  const feeds = new FeedClient({ baseUrl: market.baseUrl, apiKey: agent.api_key });
  card = await eventually(async () => {
    for await (const each of feeds.observations.list()) return each;
    return null;
  }, 'the card');
  await market.database.dataSource.query(`UPDATE observation SET record = record || $2::jsonb WHERE id = $1`, [
    card.id,
    JSON.stringify({ facts: RARE_FACTS, confidence: CONFIDENCE, value_at_risk_max: VALUE_AT_RISK }),
  ]);
  [row] = (await market.database.dataSource.query('SELECT * FROM observation WHERE id = $1', [card.id])) as [
    typeof row,
  ];
});
afterAll(() => market.end());

/** Everything that is sold, and what could be looked up or guessed from: hashes without a salt too. */
function secrets(): string[] {
  const { record, salt } = row;
  const { t0, t1 } = record.proven_interval;
  const told = [
    ...RARE_FACTS.flatMap((fact) => leavesOf(fact)),
    String(CONFIDENCE),
    VALUE_AT_RISK,
    record.cell,
    ...[t0, t1].flatMap((at) => [String(at), new Date(at).toISOString()]),
    salt,
    record.signature.slice(2),
    record.media!.sha256,
    record.capture_commitments[0]!.slice(2),
    factsHash(record.finding, record.facts).slice(2),
    row.capture_id,
    row.bounty_id,
  ];
  const unsalted = [record, record.facts, record.finding, record.cell, record.proven_interval, ...record.facts].map(
    (part) => sha256(canonicalJson(part)),
  );
  const encoded = told.flatMap((secret) => [JSON.stringify(secret).slice(1, -1), base64(secret), sha256(secret)]);
  return [...told, ...unsalted, ...encoded].filter((secret) => secret.length >= 5);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
const leavesOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [String(value)];

/** Body and headers of an answer; of a stream what came until the first card, or nothing for a while. */
async function answerTo(
  route: Pick<Route, 'method' | 'path' | 'content'>,
  id: string,
  key: string | null,
  query = '',
): Promise<string> {
  const ending = new AbortController();
  const response = await fetch(new URL(route.path.replace(':id', id) + query, market.baseUrl), {
    method: route.method,
    signal: ending.signal,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(route.method === 'GET'
        ? {}
        : { 'content-type': 'application/json', 'idempotency-key': sha256(route.path + id + String(key)) }),
    } as Record<string, string>,
    ...(route.method === 'POST' ? { body: '{}' } : {}),
  });
  const head = `${response.status} ${JSON.stringify([...response.headers])}`;
  if (route.content !== 'text/event-stream' || !response.ok) return `${head} ${await response.text()}`;
  const reader = response.body!.getReader();
  let text = '';
  while (!text.includes('"commitment"')) {
    const { value, done } = await reader.read();
    if (done) break;
    text += Buffer.from(value).toString();
  }
  ending.abort();
  return `${head} ${text}`;
}

const QUERIES: Readonly<Record<string, string>> = {
  log_proof: '?from=0&to=2',
  observation_evidence: '?format=uma',
};

describe('whoever has not paid', () => {
  it('is told nothing of what is sold by any route, in any answer or refusal', async () => {
    const stranger = await market.funded('0.000001');
    const hidden = secrets();
    const told: string[] = [];
    let cards = 0;
    for (const [name, route] of Object.entries(ROUTES) as [string, Route][]) {
      // A saved feed's stream needs one; it is the same stream through a filter.
      if (route.content === 'text/event-stream' && route.path.includes(':id')) continue;
      for (const id of route.path.includes(':id') ? [card.id, row.record.verdict_ids[0]!] : ['']) {
        for (const key of route.content === 'text/event-stream' ? [stranger.api_key] : [stranger.api_key, null]) {
          const answer = await answerTo(route, id, key, QUERIES[name] ?? '');
          if (answer.includes(card.commitment)) cards += 1;
          for (const secret of hidden) if (answer.includes(secret)) told.push(`${name} tells ${secret}`);
        }
      }
    }
    expect(told).toEqual([]);
    // The free face was among them, so the answers were not all refusals; and who may read is told, so the secrets are the right ones.
    expect(cards).toBeGreaterThanOrEqual(3);
    const body = await answerTo(ROUTES.get_observation, card.id, funder.api_key);
    expect(hidden.filter((secret) => body.includes(secret)).length).toBeGreaterThan(20);
  });

  it('is told of the capture behind it no more than that there is none', async () => {
    const stranger = await market.funded('0.000001');
    const hidden = secrets().filter((secret) => secret !== row.capture_id && secret !== row.bounty_id);
    for (const path of ['/v1/captures/:id', '/v1/captures/:id/verdict']) {
      const answer = await answerTo({ method: 'GET', path }, row.capture_id, stranger.api_key);
      expect([path, answer.slice(0, 3)]).toEqual([path, '404']);
      expect(hidden.filter((secret) => answer.includes(secret))).toEqual([]);
    }
  });

  it('gets no evidence, and whoever has the body gets it in every format', async () => {
    const stranger = await market.funded('0.000001');
    const of = (reader: { api_key: string }) =>
      new FeedClient({ baseUrl: market.baseUrl, apiKey: reader.api_key }).observations;
    for (const format of ['uma', 'reality', 'erc1497', 'verifier'] as const) {
      await expect(of(stranger).evidence(card.id, format)).rejects.toMatchObject({ code: 'not_found', status: 404 });
      expect(await of(funder).evidence(card.id, format)).toMatchObject({
        format,
        observation_id: card.id,
        sufficient_alone: false,
      });
    }
    await expect(of(funder).evidence(card.id, 'novel' as 'uma')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('reads of the log that records exist, and nothing in a leaf beside', async () => {
    const hidden = secrets();
    const ask = async (path: string) => Buffer.from(await (await fetch(new URL(path, market.baseUrl))).arrayBuffer());
    const checkpoint = (await ask('/v1/log/test/checkpoint')).toString();
    const size = Number(checkpoint.split('\n')[1]);
    const bundle = await ask(`/v1/log/test/tile/entries/000.p/${size}`);
    for (let at = 0; at < bundle.length; at += 2 + bundle.readUInt16BE(at)) {
      const entry = JSON.parse(bundle.subarray(at + 2, at + 2 + bundle.readUInt16BE(at)).toString()) as object;
      expect(Object.keys(entry).sort()).toEqual(['commitment', 'id', 'type', 'v']);
    }
    const tile = (await ask(`/v1/log/test/tile/0/000.p/${size}`)).toString('hex');
    for (const answer of [checkpoint, bundle.toString(), tile]) {
      expect(hidden.filter((secret) => answer.includes(secret))).toEqual([]);
    }
  });
});

type Check = (value: never) => boolean;
const isId =
  (prefix: string): Check =>
  (value: string) =>
    new RegExp(`^${prefix}_[0-9a-f]{32}$`).test(value);
const isNullOr =
  (check: Check): Check =>
  (value: never) =>
    value === null || check(value);
const isTime: Check = (value: string) => !Number.isNaN(Date.parse(value));

/** Every field of a card, and how precise it may be. A new field fails this until somebody has thought about what it tells. */
const CARD: Readonly<Record<keyof ObservationCard, Check>> = {
  id: isId('obs'),
  mode: (value: string) => ['test', 'live'].includes(value),
  bounty_id: (value: unknown) => value === null,
  kind: (value: string) => ['photo', 'video', 'reading'].includes(value),
  cell: (value: string) => getResolution(value) === 5,
  hour: (value: string) => Date.parse(value) % 3_600_000 === 0,
  tier: (value: string) => ['none', 'exif', 'nonce', 'signed', 'attested'].includes(value),
  independent_captures: Number.isInteger as Check,
  price: (value: string) => /^\d+\.\d{6}$/.test(value),
  currency: (value: string) => ['USD', 'USDC'].includes(value),
  commitment: (value: string) => /^[0-9a-f]{64}$/.test(value),
  log_index: isNullOr(Number.isInteger as Check),
  published_at: isTime,
  disputed_at: isNullOr(isTime),
  revision: Number.isInteger as Check,
  revises: isNullOr(isId('obs')),
  superseded_by: isNullOr(isId('obs')),
  retracted: (value: unknown) => typeof value === 'boolean',
};

describe('what is free', () => {
  it('is a card of these fields, each no more precise than it may be, to a reader and to a receiver of webhooks', async () => {
    expect(Object.keys(cardSchema.shape).sort()).toEqual(Object.keys(CARD).sort());
    const stranger = await market.funded('0.000001');
    const answer = await fetch(new URL('/v1/observations', market.baseUrl), {
      headers: { authorization: `Bearer ${stranger.api_key}` },
    });
    const { data } = (await answer.json()) as { data: ObservationCard[] };
    const sent = (JSON.parse(cardMessage(data[0]!, 0 as never).body) as { data: ObservationCard }).data;
    for (const shown of [data[0]!, sent]) {
      expect(Object.keys(shown).sort()).toEqual(Object.keys(CARD).sort());
      const wrong = (Object.keys(CARD) as (keyof ObservationCard)[]).filter(
        (field) => !CARD[field](shown[field] as never),
      );
      expect(wrong).toEqual([]);
    }
  });

  it('is an event of ids, and a leaf of four members', async () => {
    expect(Object.keys(eventSchema.shape).sort()).toEqual(['created_at', 'data', 'id', 'resource_id', 'type']);
    expect(Object.keys(leafSchema.shape).sort()).toEqual(['commitment', 'id', 'type', 'v']);
    const answer = await answerTo({ method: 'GET', path: '/v1/events' }, '', funder.api_key, '?limit=100');
    const { data } = JSON.parse(answer.slice(answer.indexOf('] {') + 2)) as {
      data: { data: Record<string, unknown> }[];
    };
    expect(data.length).toBeGreaterThan(3);
    for (const event of data) {
      for (const [name, value] of Object.entries(event.data))
        expect([name, value]).toEqual([
          expect.stringMatching(/_id$/),
          expect.stringMatching(/^[a-z]{2,4}_[0-9a-f]{32}$/),
        ]);
    }
  });
});
