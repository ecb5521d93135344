import sharp from 'sharp';
import { FFMPEG, FILM_HEIGHT, FILM_WIDTH, filmOf, pan } from '../../workers/verifier/media/film.fixture.js';
import { fulfil, newWorker, sheepTerms, shotOf } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';
import { photo } from '../support/photos.js';

const KIND = { kind: 'video' as const };

describe('a bounty for a film', () => {
  let market: TestMarket;
  beforeAll(async () => (market = await testMarket({ FFMPEG_PATH: FFMPEG })));
  afterAll(() => market.end());

  const filmed = (bytes: Buffer) => shotOf(bytes, { media_type: 'video/mp4' });
  const send = async (name: string, shot: ReturnType<typeof shotOf>, unique = true) => {
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(
      sheepTerms({ ...KIND, criteria: { all: [{ object: { label: 'sheep' } }], unique } }),
    );
    return fulfil(await newWorker(market.baseUrl, name), bounty, shot);
  };

  it('is paid for one shot of what was asked', async () => {
    const film = await filmOf(await swaying(photo('march-pastoral'), 30));
    expect(await send('Aiko', filmed(film))).toMatchObject({ state: 'settled', finding: 'present' });
  });

  it('is rejected for one of something else', async () => {
    const film = await filmOf(await swaying(photo('french-alpine-landscape'), 30));
    expect(await send('Ben', filmed(film))).toMatchObject({ state: 'rejected', detail: { failed_check: 'objects' } });
  });

  it('waits for a person when two shots are joined', async () => {
    const frames = [...(await swaying(photo('march-pastoral'), 20)), ...(await swaying(photo('nagasaki-boats'), 10))];
    expect(await send('Cleo', filmed(await filmOf(frames)), false)).toMatchObject({ state: 'review' });
  });

  it('is rejected at format when the film is damaged', async () => {
    const film = await filmOf(await pan(photo('nagasaki-boats'), 20), 'film.mp4', ['-movflags', 'faststart']);
    const cut = film.subarray(0, Math.floor(film.length * 0.7));
    expect(await send('Dora', filmed(cut))).toMatchObject({ state: 'rejected', detail: { failed_check: 'format' } });
  });

  it('takes no photo, and a photo bounty no film', async () => {
    const refused = { code: 'seal_invalid', param: 'sealed.manifest.media.media_type' };
    await expect(send('Emil', shotOf(photo('march-pastoral')))).rejects.toMatchObject(refused);
    const agent = await market.funded();
    const bounty = await agent.client.bounties.create(sheepTerms());
    const film = filmed(await filmOf(await pan(photo('march-pastoral'), 10)));
    await expect(fulfil(await newWorker(market.baseUrl, 'Fay'), bounty, film)).rejects.toMatchObject(refused);
  });
});

describe('a market without ffmpeg', () => {
  let market: TestMarket;
  beforeAll(async () => (market = await testMarket({ FFMPEG_PATH: '/nowhere/ffmpeg' })));
  afterAll(() => market.end());

  it('refuses a bounty for a film at quote, before money is held', async () => {
    const agent = await market.funded();
    const refused = { code: 'criteria_unreachable', status: 422, param: 'kind' };
    await expect(agent.client.bounties.quote(sheepTerms(KIND))).rejects.toMatchObject(refused);
    await expect(agent.client.bounties.create(sheepTerms(KIND))).rejects.toMatchObject(refused);
    expect((await agent.client.balance.get()).balances[0]).toMatchObject({ available: '100.000000' });
  });
});

/** A whole photo, filmed by a hand that is not quite still. */
async function swaying(picture: Buffer, frames: number): Promise<Buffer[]> {
  const [width, height] = [FILM_WIDTH + 16, FILM_HEIGHT + 12];
  const data = await sharp(picture).resize(width, height, { fit: 'fill' }).removeAlpha().raw().toBuffer();
  return Promise.all(
    Array.from({ length: frames }, (_, index) => {
      const window = { left: 8 + Math.round(7 * Math.sin(index / 3)), top: 6 + Math.round(5 * Math.cos(index / 4)) };
      const raw = { width, height, channels: 3 as const };
      return sharp(data, { raw })
        .extract({ ...window, width: FILM_WIDTH, height: FILM_HEIGHT })
        .raw()
        .toBuffer();
    }),
  );
}
