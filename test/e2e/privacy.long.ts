import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { FeedClient, verifyObservation } from '@groundtruth/sdk/feeds';
import type { Capture } from '@groundtruth/sdk/protocol';
import { fulfil, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { eventually } from '../support/eventually.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

let market: TestMarket;
beforeAll(async () => (market = await testMarket()));
afterAll(() => market.end());

type Funded = Awaited<ReturnType<TestMarket['funded']>>;
const feedOf = (reader: Funded) => new FeedClient({ baseUrl: market.baseUrl, apiKey: reader.api_key });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const CRITERIA = { all: [{ object: { label: 'sheep' } }], unique: false };

/** A paid capture of the pasture, EXIF and all. */
async function paid(
  criteria: object = CRITERIA,
): Promise<{ agent: Funded; worker: Worker; capture: Capture; original: Buffer }> {
  const agent = await market.funded();
  const worker = await newWorker(market.baseUrl, 'Aiko');
  const original = await sharp(photo('march-pastoral'))
    .withExif({ IFD0: { Copyright: 'a name nobody may learn' } })
    .jpeg({ quality: 95 })
    .toBuffer();
  const bounty = await agent.client.bounties.create(sheepTerms({ criteria: { ...CRITERIA, ...criteria } }));
  return { agent, worker, original, capture: await fulfil(worker, bounty, shotOf(original)) };
}

async function observationOf(agent: Funded, capture: Capture): Promise<string> {
  return eventually(async () => {
    for await (const card of feedOf(agent).observations.list())
      if (card.bounty_id === capture.bounty_id) return card.id;
    return null;
  }, 'the observation');
}

describe('a paid observation', () => {
  it('comes with a redacted picture whose bytes hash to what was signed into the log, and which shows the fact again', async () => {
    const { agent, capture, original } = await paid();
    expect(capture.state).toBe('settled');
    const id = await observationOf(agent, capture);
    const reader = await market.funded();
    const { body } = await feedOf(reader).observations.read(id);
    const keys = await feedOf(reader).keys('test');
    const { record } = await verifyObservation(body, keys, { allowTest: true });

    const jpeg = (await feedOf(reader).observations.media(body))!;
    expect(sha256(jpeg)).toBe(record.media!.sha256);
    expect(jpeg.length).toBe(record.media!.bytes);
    expect(sha256(jpeg)).not.toBe(sha256(original));
    expect(Buffer.from(jpeg).includes('a name nobody may learn')).toBe(false);
    expect(await sharp(jpeg).metadata()).toMatchObject({
      format: 'jpeg',
      width: record.media!.width,
      height: record.media!.height,
    });
    expect(record.media!.checks).toMatchObject([{ check: 'objects', status: 'pass' }]);

    const reply = await fetch(body.media!.url);
    await reply.arrayBuffer();
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'image/jpeg',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="${capture.id}.jpg"`,
    });
  });

  it('shows nobody who has not paid more than its card', async () => {
    const { agent, capture } = await paid();
    const id = await observationOf(agent, capture);
    const stranger = await market.funded();
    const { card, body } = await feedOf(stranger).observations.get(id);
    expect(body).toBeNull();
    expect(JSON.stringify(card)).not.toMatch(/media|derivative|\.jpg/);
    await expect(stranger.client.captures.get(capture.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('an unpaid capture', () => {
  it('gives its requester neither picture nor original, in review for the operator as when rejected', async () => {
    const agent = await market.funded();
    const worker = await newWorker(market.baseUrl, 'Ben');
    // A bounty for what is not there: rejected. No picture was ever made of it.
    const bounty = await agent.client.bounties.create(
      sheepTerms({ criteria: { all: [{ object: { label: 'airplane' } }], unique: false } }),
    );
    const capture = await fulfil(worker, bounty, shotOf(photo('march-pastoral')));
    expect(capture.state).toBe('rejected');
    expect((await agent.client.captures.get(capture.id)).derivative).toBeNull();
    await expect(agent.client.captures.original(capture.id, 'I want to see it')).rejects.toMatchObject({
      code: 'not_found',
    });
    const looks = agent.client.captures.originalAccesses(capture.id)[Symbol.asyncIterator]();
    await expect(looks.next()).rejects.toMatchObject({ code: 'not_found' });
    const [{ count }] = await market.database.dataSource.query(
      'SELECT count(*)::int AS count FROM capture_derivative WHERE capture_id = $1',
      [capture.id],
    );
    expect(count).toBe(0);
  });
});

describe('a capture in review that its requester is asked about', () => {
  it('shows the redacted picture by a link, and nothing else', async () => {
    const agent = await market.funded();
    const worker = await newWorker(market.baseUrl, 'Chiyo');
    // Boats that the detector half sees: inside the band where a person looks.
    const terms = sheepTerms({ criteria: { all: [{ object: { label: 'boat' } }], unique: false } });
    const capture = await fulfil(worker, await agent.client.bounties.create(terms), shotOf(photo('nagasaki-boats')));
    expect(capture.state).toBe('review');
    const shown = await agent.client.captures.get(capture.id);
    expect(shown).toMatchObject({ state: 'review', detail: null, finding: null });
    const jpeg = new Uint8Array(await (await fetch(shown.derivative!.url)).arrayBuffer());
    const rows = await market.database.dataSource.query('SELECT * FROM capture_derivative WHERE capture_id = $1', [
      capture.id,
    ]);
    expect(rows).toMatchObject([{ sha256: sha256(jpeg), withheld_reason: null, media_type: 'image/jpeg' }]);
    expect(sha256(jpeg)).not.toBe(sha256(photo('nagasaki-boats')));
    await expect(agent.client.captures.verdict(capture.id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(agent.client.captures.original(capture.id, 'closer look')).rejects.toMatchObject({
      code: 'not_found',
    });
    const stranger = await market.funded();
    await expect(stranger.client.captures.get(capture.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a sealed original', () => {
  it('is opened by contributor and operator alone, and its contributor reads who looked and why', async () => {
    const { agent, worker, capture, original } = await paid();
    const link = await market.operator.captures.original(capture.id, 'spot check of a forged picture');
    expect(sha256(new Uint8Array(await (await fetch(link.url)).arrayBuffer()))).toBe(sha256(original));
    expect(link.sha256).toBe(sha256(original));
    await worker.client.captures.original(capture.id, 'my own picture');
    await expect(agent.client.captures.original(capture.id, 'I paid for it')).rejects.toMatchObject({
      code: 'not_found',
      status: 404,
    });

    const looks = [];
    for await (const look of worker.client.captures.originalAccesses(capture.id)) looks.push([look.role, look.reason]);
    expect(looks).toEqual([
      ['contributor', 'my own picture'],
      ['operator', 'spot check of a forged picture'],
    ]);
    await expect(
      market.database.dataSource.query('DELETE FROM original_access WHERE capture_id = $1', [capture.id]),
    ).rejects.toThrow('never changed or forgotten');
  });

  it('needs a reason to be opened', async () => {
    const { capture } = await paid();
    await expect(market.operator.captures.original(capture.id, '  ')).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });
});
