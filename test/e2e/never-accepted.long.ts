import sharp, { type Sharp } from 'sharp';
import type { Shot } from '@groundtruth/sdk/contributor';
import type { BountyTermsInput } from '@groundtruth/sdk/protocol';
import { deliver, fulfil, newWorker, sheepTerms, shotOf, type Worker } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { sheepWithCard } from '../support/photos.js';

/** Attempts with files and words that are not C2PA's; those are in `c2pa.e2e.ts`. What a sensor may try is in `reading.long.ts`. */
let market: TestMarket;
let genuine: Buffer;
beforeAll(async () => {
  market = await testMarket();
  const agent = await market.funded();
  const bounty = await agent.client.bounties.create(sheepTerms());
  genuine = await sheepWithCard('AAA-AAA');
  expect(await fulfil(await newWorker(market.baseUrl, 'honest'), bounty, shotOf(genuine))).toMatchObject({
    state: 'settled',
  });
});
afterAll(() => market.end());

/** What becomes of a picture for these terms: its state, and the check that decided. */
async function attempt(
  shot: Shot,
  terms: Partial<BountyTermsInput> = {},
  change: (worker: Worker) => Partial<Worker> = () => ({}),
) {
  const agent = await market.funded();
  const bounty = await agent.client.bounties.create(sheepTerms(terms));
  const worker = await newWorker(market.baseUrl, 'somebody');
  const capture = await fulfil({ ...worker, ...change(worker) }, bounty, shot);
  const { verdict } = await worker.client.captures.verdict(capture.id);
  const doubts = verdict.checks.filter(({ status }) => status !== 'pass').map(({ check }) => check);
  return { state: capture.state, failed_check: capture.detail?.failed_check ?? null, doubts, capture, agent };
}

let cards = 0;
/** Sheep that nobody photographed before: another card makes another picture. */
const another = (): Promise<Buffer> => {
  const letter = String.fromCharCode(66 + cards++);
  return sheepWithCard(`${letter.repeat(3)}-${letter.repeat(3)}`, { x: 0.1 * (cards % 8), y: 0.05, share: 0.34 });
};
const unsigned = (): Partial<Worker> => ({ device: null as unknown as Worker['device'] });

describe('never accepted', () => {
  it('a capture from another city: geofence', async () => {
    const elsewhere = { place: { lat: 33.5904, lng: 130.4017, accuracy_m: 8 } };
    expect(await attempt(shotOf(await another(), elsewhere))).toMatchObject({
      state: 'rejected',
      failed_check: 'geofence',
    });
  });

  it('one without GPS in the file, of no enrolled key, where the file must vouch for the place: provenance', async () => {
    const criteria = { all: [{ object: { label: 'sheep' } }], provenance: 'exif' as const };
    expect(await attempt(shotOf(await another()), { criteria }, unsigned)).toMatchObject({
      state: 'rejected',
      failed_check: 'provenance',
    });
  });

  it('one whose place a client typed in, of no enrolled key: the door asks for one', async () => {
    await expect(attempt(shotOf(await another()), {}, unsigned)).rejects.toMatchObject({ code: 'device_not_enrolled' });
  });

  it('one made before the time asked for: window', async () => {
    const opens_at = new Date(Date.now() + 3_600_000).toISOString();
    const closes_at = new Date(Date.now() + 7_200_000).toISOString();
    expect(await attempt(shotOf(await another()), { window: { opens_at, closes_at } })).toMatchObject({
      state: 'rejected',
      failed_check: 'window',
    });
  });

  it.each<[string, (picture: Sharp) => Sharp]>([
    ['the same picture re-encoded', (picture) => picture.jpeg({ quality: 55 })],
    ['the same picture smaller', (picture) => picture.resize(640).jpeg({ quality: 80 })],
    ['the same picture mirrored', (picture) => picture.flop().jpeg({ quality: 85 })],
  ])('%s: duplicate', async (_, change) => {
    expect(await attempt(shotOf(await change(sharp(genuine)).toBuffer()))).toMatchObject({
      state: 'rejected',
      failed_check: 'duplicate',
    });
  });

  it('the same picture with five percent cut off each side: held for the operator, never paid by silence', async () => {
    const { width, height } = await sharp(genuine).metadata();
    const [dx, dy] = [Math.round(width * 0.05), Math.round(height * 0.05)];
    const cut = { left: dx, top: dy, width: width - 2 * dx, height: height - 2 * dy };
    const cropped = await sharp(genuine).extract(cut).jpeg({ quality: 90 }).toBuffer();
    const { state, doubts, capture, agent } = await attempt(shotOf(cropped));
    expect({ state, doubts }).toEqual({ state: 'review', doubts: ['resemblance'] });
    const seen = await agent.client.captures.get(capture.id);
    expect(seen.available_actions).toEqual([]);
    expect(capture.on_silence).toMatch(/rejected/);
  });

  it('one sealed for another reservation: the door sees its nonce', async () => {
    const agent = await market.funded();
    const worker = await newWorker(market.baseUrl, 'replayer');
    const reserve = async () =>
      worker.client.reservations.create((await agent.client.bounties.create(sheepTerms())).id);
    const first = await reserve();
    await worker.client.reservations.release(first.id, 'unsafe');
    const second = await reserve();
    const replayed = { ...second, challenge: first.challenge };
    await expect(deliver(worker, replayed, shotOf(await another()))).rejects.toMatchObject({
      code: 'challenge_mismatch',
    });
  });
});
