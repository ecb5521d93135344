import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { FeedClient } from '@groundtruth/sdk/feeds';
import type { BountyTermsInput } from '@groundtruth/sdk/protocol';
import { fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo, sheepWithCard } from '../support/photos.js';

let market: TestMarket;
beforeAll(async () => (market = await testMarket()));
afterAll(() => market.end());

const like = (reference: string, min_cosine = 0): BountyTermsInput =>
  sheepTerms({ criteria: { all: [{ similar_to: { reference, min_cosine } }] } });

describe('a bounty for what is like a reference picture', () => {
  it('pays a photo of the same scene, and the observation says how like it is', async () => {
    const agent = await market.funded();
    const reference = await agent.client.references.create(photo('march-pastoral'), 'image/jpeg');
    expect(await agent.client.bounties.quote(like(reference.id))).toMatchObject({ covered: true });
    const bounty = await agent.client.bounties.create(like(reference.id));
    const worker = await newWorker(market.baseUrl, 'Aiko');
    const capture = await fulfil(worker, bounty, shotOf(await sheepWithCard('KX7-42P')));
    expect(capture).toMatchObject({ state: 'settled', detail: { failed_check: null } });

    const { verdict } = await worker.client.captures.verdict(capture.id);
    const similarity = verdict.checks.find(({ check }) => check === 'similarity');
    const sha256 = createHash('sha256').update(photo('march-pastoral')).digest('hex');
    expect(similarity).toMatchObject({
      status: 'pass',
      threshold: 0.82,
      evidence: { references: [{ reference_sha256: sha256 }] },
    });
    const feed = new FeedClient({ baseUrl: market.baseUrl, apiKey: agent.api_key });
    for await (const { bounty_id, id } of feed.stream({ signal: AbortSignal.timeout(30_000) })) {
      if (bounty_id !== bounty.id) continue;
      const { body } = await feed.observations.get(id);
      expect(body?.record.facts).toEqual([{ similar_to: { reference: reference.id, cosine: similarity?.score } }]);
      break;
    }
  });

  it('rejects a photo of another scene by its content', async () => {
    const agent = await market.funded();
    const { id } = await agent.client.references.create(photo('march-pastoral'), 'image/jpeg');
    const bounty = await agent.client.bounties.create(like(id));
    const capture = await fulfil(await newWorker(market.baseUrl, 'Ben'), bounty, shotOf(photo('allium-oreophilum')));
    expect(capture).toMatchObject({
      state: 'rejected',
      failed_stage: 'content',
      detail: { failed_check: 'similarity' },
    });
  });

  it('leaves it to a person when the reference is no picture that anybody can open', async () => {
    const agent = await market.funded();
    const { id } = await agent.client.references.create(photo('march-pastoral').subarray(0, 20_000), 'image/jpeg');
    const bounty = await agent.client.bounties.create(like(id));
    const capture = await fulfil(await newWorker(market.baseUrl, 'Cleo'), bounty, shotOf(photo('nagasaki-boats')));
    expect(capture.state).toBe('review');
  });
});

describe('a reference picture', () => {
  it('can be named by nobody before its bytes have arrived', async () => {
    const agent = await market.funded();
    const body = { sha256: 'ab'.repeat(32), media_type: 'image/jpeg', bytes: 1000 };
    const headers = {
      authorization: `Bearer ${agent.api_key}`,
      'content-type': 'application/json',
      'idempotency-key': 'one',
    };
    const announce = async (change = {}) => {
      const response = await fetch(`${market.baseUrl}/v1/references`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ ...body, ...change }),
      });
      return { status: response.status, answer: (await response.json()) as { id: string; code?: string } };
    };
    const { status, answer } = await announce();
    expect([status, answer]).toMatchObject([
      201,
      { id: expect.stringMatching(/^ref_/) as string, upload: { method: 'PUT' } },
    ]);
    expect((await announce()).answer.id).toBe(answer.id);
    expect((await announce({ bytes: 1001 })).answer.code).toBe('idempotency_key_reused');
    const refused = { code: 'reference_unusable', status: 422, param: 'criteria.all.0.similar_to.reference' };
    await expect(agent.client.bounties.quote(like(answer.id))).rejects.toMatchObject(refused);
    await expect(agent.client.bounties.create(like(answer.id))).rejects.toMatchObject(refused);
  });

  it('is its owner’s alone', async () => {
    const [agent, other] = [await market.funded(), await market.funded()];
    const { id } = await agent.client.references.create(photo('march-pastoral'), 'image/jpeg');
    await expect(other.client.bounties.quote(like(id))).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(other.client.bounties.create(like(id))).rejects.toMatchObject({ code: 'not_found' });
    await expect(agent.client.bounties.quote(like(`ref_${'0'.repeat(32)}`))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('is a picture of a type that is opened, and announced by an agent', async () => {
    const agent = await market.funded();
    const film = agent.client.references.create(photo('march-pastoral'), 'video/mp4' as 'image/jpeg');
    await expect(film).rejects.toMatchObject({ code: 'invalid_request' });
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'two' };
    const anonymous = await fetch(`${market.baseUrl}/v1/references`, { method: 'POST', headers, body: '{}' });
    expect(anonymous.status).toBe(401);
  });
});

describe('a picture that was accepted before', () => {
  it('comes back mirrored and is rejected, cropped by 5 % and is held for a person, whose silence does not pay', async () => {
    const agent = await market.funded();
    const { id } = await agent.client.references.create(photo('french-alpine-landscape'), 'image/jpeg');
    const bounty = await agent.client.bounties.create({ ...like(id), quantity: 4 });
    const original = photo('french-alpine-landscape');
    expect((await fulfil(await newWorker(market.baseUrl, 'first'), bounty, shotOf(original))).state).toBe('settled');

    const mirrored = await sharp(original).flop().jpeg({ quality: 92 }).toBuffer();
    const copy = await fulfil(await newWorker(market.baseUrl, 'mirror'), bounty, shotOf(mirrored));
    expect(copy).toMatchObject({ state: 'rejected', detail: { failed_check: 'duplicate' } });

    const cropper = await newWorker(market.baseUrl, 'cropper');
    const held = await fulfil(cropper, bounty, shotOf(await croppedBy(0.05, original)));
    expect(held.state).toBe('review');
    const statuses = (await cropper.client.captures.verdict(held.id)).verdict.checks.map(({ check, status }) => [
      check,
      status,
    ]);
    expect(Object.fromEntries(statuses)).toMatchObject({
      duplicate: 'pass',
      resemblance: 'inconclusive',
      similarity: 'pass',
      nsfw: 'pass',
    });
    expect((await agent.client.captures.get(held.id)).available_actions).toEqual([]);
    await market.database.dataSource.query(
      `UPDATE capture SET review_until = now() - interval '1 second' WHERE id = $1`,
      [held.id],
    );
    expect(await cropper.client.captures.waitFor(held.id, { until: ['rejected'] })).toMatchObject({
      detail: { reason: 'undecided', paid: null },
    });
  });
});

/** Without this share of the picture on each side. */
async function croppedBy(share: number, picture: Buffer): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const [left, top] = [Math.round(width * share), Math.round(height * share)];
  return sharp(picture)
    .extract({ left, top, width: width - 2 * left, height: height - 2 * top })
    .jpeg({ quality: 90 })
    .toBuffer();
}
