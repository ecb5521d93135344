import { OpenStreams } from '../../src/platform/http/index.js';
import { deskMarket, type DeskMarket } from '../support/desk-market.js';
import { eventually } from '../support/eventually.js';
import { cutStream, publishTo } from '../support/cut-stream.js';
import type { bareObservation } from '../support/published.js';
import { RawReader } from '../support/raw-reader.js';

/** A thousand in `feed-cuts.long`. */
const CUTS = 100;
const SEED = 81;
const PATH = '/v1/observations/stream';

let market: DeskMarket;
// Pieces and tape are small, so that readers cross from the database to the tape and from piece to piece all the time.
beforeAll(async () => (market = await deskMarket({ STREAM_BYTES_MAX: '4096', STREAM_TAPE_MAX: '40', STREAM_HEARTBEAT_MS: '50' }))); // prettier-ignore
afterAll(() => market.end());
beforeEach(async () => {
  await eventually(() => market.http.app.get(OpenStreams).count === 0, 'the end of the readers before');
  await market.database.dataSource.query('TRUNCATE observation CASCADE');
});

const publishSome = (count: number, change = {}) => publishTo(market, count, change);

describe('a stream that is cut', () => {
  it(`at any byte, ${CUTS} times over, hands over every card once and in order while new ones are published`, async () => {
    const { seen, published, cuts } = await cutStream(market, { cuts: CUTS, seed: SEED });
    expect(seen).toEqual(published);
    expect(cuts).toBeGreaterThanOrEqual(CUTS);
  });
});

describe('a reader that takes nothing', () => {
  it('is dropped, loses nothing when it comes back, and costs those beside it nothing', async () => {
    const { api_key: apiKey } = await market.funded();
    const reader = (last: string | null) => new RawReader(market.baseUrl, { apiKey, path: PATH, last });
    const open = () => market.http.app.get(OpenStreams).count;
    const [slow, ...fast] = Array.from({ length: 6 }, () => reader(null)) as [RawReader, ...RawReader[]];
    await eventually(() => open() === 6, 'six readers');
    slow.socket.pause();
    const published: string[] = [];
    const wide = { commitment: 'ab'.repeat(20_000) }; // Few fill its socket and the kernel's buffers.
    while (open() === 6 && published.length < 2_000) {
      published.push(...(await publishSome(20, wide)));
      await eventually(() => fast.every(({ ids }) => ids.length === published.length), 'what the others get');
    }
    expect(open()).toBe(5);
    for (const { ids } of fast) expect(ids).toEqual(published);

    slow.socket.resume();
    await eventually(() => slow.closed, 'the end of the slow one');
    const had = slow.ids;
    expect(had.length).toBeLessThan(published.length);
    const back = reader(had.at(-1) ?? null);
    await eventually(() => had.length + back.ids.length >= published.length, 'the rest');
    expect([...had, ...back.ids]).toEqual(published);
    for (const each of [...fast, back]) each.socket.destroy();
  });
});

describe('a live stream', () => {
  it('asks its reader when to come back, and keeps it with comments', async () => {
    const { api_key: apiKey } = await market.funded();
    const reader = new RawReader(market.baseUrl, { apiKey, path: PATH, last: null });
    await eventually(() => reader.body.startsWith('retry: 1000\n\n') && reader.body.endsWith(':\n\n'), 'a heartbeat');
    reader.socket.destroy();
  });

  it('shows each viewer its own card: the funder’s is free, others learn nothing of who asked, and exclusive ones are its alone', async () => {
    const [funder, other] = [await market.funded(), await market.funded()];
    const readers = [funder, other].map(
      ({ api_key: apiKey }) => new RawReader(market.baseUrl, { apiKey, path: PATH, last: null }),
    );
    await eventually(() => market.http.app.get(OpenStreams).count >= 2, 'both readers');
    const funder_id = funder.id as ReturnType<typeof bareObservation>['funder_id'];
    const until = market.clock.now() + 1;
    const [exclusive] = await publishSome(1, { funder_id, embargo_until: until });
    const [open] = await publishSome(1, { funder_id });
    const [mine, theirs] = readers as [RawReader, RawReader];
    await eventually(() => mine.ids.length === 2 && theirs.ids.length === 1, 'what may be seen at first');
    market.clock.set(until);
    await market.background.sweep();
    await eventually(() => theirs.ids.length === 2, 'what is not exclusive any more');
    expect([mine.ids, theirs.ids]).toEqual([[exclusive, open], [open, exclusive]]); // prettier-ignore
    expect(mine.body).toContain('"price":"0.000000"');
    expect(mine.body).toContain('"bounty_id":"bty_bare"');
    expect(theirs.body).not.toContain('bty_bare');
    for (const { socket } of readers) socket.destroy();
  });

  it('sends a filtered stream what passes, and nothing else', async () => {
    const { api_key: apiKey } = await market.funded();
    const reader = new RawReader(market.baseUrl, { apiKey, path: `${PATH}?kind=reading`, last: null });
    await eventually(() => market.http.app.get(OpenStreams).count >= 1, 'the reader');
    await publishSome(30);
    const wanted = await publishSome(2, { kind: 'reading' });
    await eventually(() => reader.ids.length === 2, 'the readings');
    expect(reader.ids).toEqual(wanted);
    reader.socket.destroy();
  });
});
