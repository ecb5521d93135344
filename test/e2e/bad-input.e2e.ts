import { AgentClient } from '@groundtruth/sdk/agent';
import { ContributorClient, sealCapture } from '@groundtruth/sdk/contributor';
import type { BountyTermsInput } from '@groundtruth/sdk/protocol';
import { newAgent, newWorker, PLACE, sheepTerms, shotOf } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
let agent: Awaited<ReturnType<TestMarket['funded']>>;
beforeAll(async () => {
  market = await testMarket({ VERIFIERS: '0' });
  agent = await market.funded();
});
afterAll(() => market.end());

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(new URL(path, market.baseUrl), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${agent.api_key}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    problem: (await response.json()) as Record<string, unknown>,
  };
}
const square = (lat: number, lng: number): [number, number][] => [
  [lng, lat],
  [lng + 0.01, lat],
  [lng + 0.01, lat + 0.01],
  [lng, lat + 0.01],
  [lng, lat],
];

describe('terms that cannot be', () => {
  it.each<[string, object, string, string]>([
    ['an unknown field', { colour: 'red' }, 'invalid_request', 'colour'],
    ['a wrong type', { quantity: 'three' }, 'invalid_request', 'quantity'],
    ['an exponent in an amount', { price: { schedule: 'fixed', amount: '1e-7' } }, 'invalid_request', 'price.amount'],
    ['a negative amount', { price: { schedule: 'fixed', amount: '-1' } }, 'invalid_request', 'price.amount'],
    ['an amount with a tail', { price: { schedule: 'fixed', amount: '1.5abc' } }, 'invalid_request', 'price.amount'],
    ['an amount that is nothing', { price: { schedule: 'fixed', amount: '0' } }, 'invalid_request', 'price.amount'],
    ['an area over the antimeridian', { area: { lat: 10, lng: 179.99999, radius_m: 500 } }, 'invalid_request', 'area'],
    [
      'a polygon that crosses itself',
      {
        area: {
          type: 'Polygon',
          coordinates: [
            [
              [130, 32],
              [130.01, 32.01],
              [130.01, 32],
              [130, 32.01],
              [130, 32],
            ],
          ],
        },
      },
      'invalid_request',
      'area',
    ],
    ['a window in the past', { window: { closes_at: '2020-01-01T00:00:00Z' } }, 'invalid_request', 'window.closes_at'],
    ['a time without a zone', { window: { closes_at: '2030-01-01T00:00:00' } }, 'invalid_request', 'window.closes_at'],
    [
      'a pattern that matches anything',
      { criteria: { all: [{ text: { pattern: '.*' } }] } },
      'pattern_too_wide',
      'criteria.all.0.text.pattern',
    ],
    [
      'a pattern with look-around',
      { criteria: { all: [{ text: { pattern: '(?=a)b' } }] } },
      'invalid_request',
      'criteria.all.0.text.pattern',
    ],
    ['a race for markets', { mode: 'race', purpose: 'markets' }, 'criteria_unreachable', 'mode'],
  ])('%s is refused, and the field is named', async (_, change, code, param) => {
    const { status, type, problem } = await post('/v1/bounties', { ...sheepTerms(), ...change });
    expect(problem).toMatchObject({ code, param });
    expect(type).toContain('application/problem+json');
    expect(problem.type).toMatch(new RegExp(`/docs/errors/${code}\\.md$`));
    expect(problem.request_id).toEqual(expect.any(String));
    expect(status).toBe(problem.status);
  });

  it('take a pattern that would backtrack for ever elsewhere: RE2 runs in linear time', async () => {
    const criteria = { all: [{ text: { pattern: '(a+)+b{3}' } }] };
    expect((await post('/v1/bounties', sheepTerms({ criteria }))).status).toBe(201);
  });

  it.each<[string, BountyTermsInput['area']]>([
    ['Tehran', { lat: 35.6997, lng: 51.338, radius_m: 500 }],
    ['Pyongyang', { type: 'Polygon', coordinates: [square(39.0, 125.7)] }],
  ])('are refused by policy in %s whatever they pay', async (_, area) => {
    const { status, problem } = await post('/v1/bounties', sheepTerms({ area }));
    expect(status).toBe(451);
    expect(problem).toMatchObject({ code: 'policy_refused', rule: expect.any(String) });
  });
});

describe('a request that is no request', () => {
  it.each<[string, string, Record<string, string>, number, string]>([
    ['broken JSON', '{"kind":', {}, 400, 'invalid_request'],
    [
      'another media type',
      'kind=photo',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported_media_type',
    ],
    ['no idempotency key', JSON.stringify(sheepTerms()), { 'idempotency-key': '' }, 400, 'idempotency_key_required'],
    [
      'an unknown key',
      JSON.stringify(sheepTerms()),
      { authorization: `Bearer gt_test_${'x'.repeat(32)}` },
      401,
      'unauthenticated',
    ],
    ['a body too large', JSON.stringify({ title: 'x'.repeat(2 << 20) }), {}, 413, 'payload_too_large'],
  ])('%s gets its own code', async (_, body, headers, status, code) => {
    const answer = await post('/v1/bounties', body, headers);
    expect(answer).toMatchObject({ status, problem: { code } });
  });

  it('is not answered with somebody else’s resource: that is 404, not 403', async () => {
    const draft = await agent.client.bounties.create({ ...sheepTerms(), fund: false });
    const other = await newAgent(market.baseUrl, 'other');
    await expect(other.client.bounties.get(draft.id)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(other.client.bounties.cancel(draft.id)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    const worker = await newWorker(market.baseUrl, 'worker');
    await expect(worker.client.captures.get(`cap_${'0'.repeat(32)}`)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('cannot use a key for what it is not for', async () => {
    const worker = await newWorker(market.baseUrl, 'worker');
    const bounty = await agent.client.bounties.create(sheepTerms());
    const { status, problem } = await post(`/v1/bounties/${bounty.id}/reservations`, {});
    expect({ status, problem }).toMatchObject({ status: 403, problem: { code: 'forbidden', scope: 'capture' } });
    expect((await worker.client.reservations.create(bounty.id)).state).toBe('active');
  });

  it('reuses an idempotency key for another body only to be refused, naming the field', async () => {
    const key = { 'idempotency-key': 'one-key' };
    expect((await post('/v1/bounties', sheepTerms({ title: 'First title' }), key)).status).toBe(201);
    expect((await post('/v1/bounties', sheepTerms({ title: 'Other title' }), key)).problem).toMatchObject({
      code: 'idempotency_key_reused',
    });
  });
});

describe('money that is not there', () => {
  it('opens nothing and holds nothing', async () => {
    const poor = await market.funded('5.499999');
    await expect(poor.client.bounties.create(sheepTerms())).rejects.toMatchObject({
      code: 'insufficient_funds',
      status: 402,
    });
    expect((await poor.client.balance.get()).balances[0]).toMatchObject({ available: '5.499999' });
    await market.operator.sandbox.credit(poor.id, '0.000001');
    expect(await poor.client.bounties.create(sheepTerms())).toMatchObject({ state: 'open', held: '5.500000' });
  });

  it('stays behind the spend caps of the key', async () => {
    const capped = await fetch(new URL('/v1/agents', market.baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
      body: JSON.stringify({ name: 'capped', spend_caps: { per_bounty: '6', rolling_24h: '10' } }),
    });
    const { id, api_key } = (await capped.json()) as { id: string; api_key: string };
    await market.operator.sandbox.credit(id, '100.000000');
    const client = new AgentClient({ baseUrl: market.baseUrl, apiKey: api_key });
    await expect(client.bounties.create(sheepTerms({ quantity: 2 }))).rejects.toMatchObject({
      code: 'spend_cap_exceeded',
    });
    const both = await Promise.allSettled([client.bounties.create(sheepTerms()), client.bounties.create(sheepTerms())]);
    expect(both.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('an upload', () => {
  const announce = async () => {
    const bounty = await agent.client.bounties.create(sheepTerms({ price: { schedule: 'fixed', amount: '0.100000' } }));
    const worker = await newWorker(market.baseUrl, 'uploader');
    const reservation = await worker.client.reservations.create(bounty.id);
    const bytes = photo('allium-oreophilum');
    const sealed = await sealCapture(reservation, shotOf(bytes), worker.device);
    return { worker, bytes, sealed, capture: await worker.client.captures.create(sealed) };
  };
  const put = (url: string, body: Buffer, type = 'image/jpeg') =>
    fetch(url, { method: 'PUT', headers: { 'content-type': type }, body: new Uint8Array(body) });
  const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;

  it('larger than promised, of another type or with other bytes is refused', async () => {
    const { capture, bytes } = await announce();
    const { url } = capture.upload!;
    expect(await codeOf(await put(url, Buffer.concat([bytes, Buffer.from('x')])))).toBe('upload_too_large');
    expect(await codeOf(await put(url, bytes, 'image/png'))).toBe('media_mismatch');
    const other = Buffer.from(bytes);
    other[0] = other[0]! ^ 1;
    expect(await codeOf(await put(url, other))).toBe('media_mismatch');
    expect((await put(url, bytes)).status).toBe(200);
  });

  it('by an altered URL is refused', async () => {
    const { capture, bytes } = await announce();
    const altered = new URL(capture.upload!.url);
    for (const [name, value] of altered.searchParams)
      if (/^\d+$/.test(value)) altered.searchParams.set(name, String(Number(value) + 1));
    expect(await codeOf(await put(altered.toString(), bytes))).toBe('upload_url_invalid');
  });

  it('that has not arrived cannot be handed in', async () => {
    const { worker, capture } = await announce();
    await expect(worker.client.captures.submit(capture.id)).rejects.toMatchObject({ code: 'upload_incomplete' });
  });

  it('announced twice is one capture', async () => {
    const { worker, sealed, capture } = await announce();
    expect((await worker.client.captures.create(sealed)).id).toBe(capture.id);
  });
});

describe('a seal', () => {
  it('by a contributor who is not of age is refused by policy before any work', async () => {
    const { api_key } = await ContributorClient.contributors.register({
      baseUrl: market.baseUrl,
      name: 'young',
      adult: false,
    });
    const bounty = await agent.client.bounties.create(sheepTerms({ price: { schedule: 'fixed', amount: '0.100000' } }));
    const minor = new ContributorClient({ baseUrl: market.baseUrl, apiKey: api_key });
    await expect(minor.reservations.create(bounty.id)).rejects.toMatchObject({ code: 'policy_refused', status: 451 });
  });

  it('does not count when its manifest was edited after signing', async () => {
    const bounty = await agent.client.bounties.create(sheepTerms({ price: { schedule: 'fixed', amount: '0.100000' } }));
    const worker = await newWorker(market.baseUrl, 'editor');
    const reservation = await worker.client.reservations.create(bounty.id);
    const sealed = await sealCapture(reservation, shotOf(photo('allium-oreophilum')), worker.device);
    const moved = { ...sealed.sealed, manifest: { ...sealed.sealed.manifest, place: { ...PLACE, accuracy_m: 1 } } };
    await expect(worker.client.captures.create({ ...sealed, sealed: moved })).rejects.toMatchObject({
      code: 'seal_invalid',
    });
  });
});

describe('the kill switch of an area', () => {
  it('suspends what is open there, refuses what is new, and gives it back when lifted', async () => {
    const bounty = await agent.client.bounties.create(sheepTerms({ price: { schedule: 'fixed', amount: '0.100000' } }));
    const { id } = await market.operator.areas.suspend({ ...PLACE, radius_m: 1_000 }, 'flooding');
    expect((await agent.client.bounties.get(bounty.id)).state).toBe('suspended');
    const worker = await newWorker(market.baseUrl, 'worker');
    await expect(worker.client.reservations.create(bounty.id)).rejects.toMatchObject({ code: 'policy_refused' });
    await expect(agent.client.bounties.create(sheepTerms())).rejects.toMatchObject({ code: 'policy_refused' });
    await market.operator.areas.lift(id);
    expect((await agent.client.bounties.get(bounty.id)).state).toBe('open');
    expect((await worker.client.reservations.create(bounty.id)).state).toBe('active');
  });
});
