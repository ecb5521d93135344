import { cutStream } from '../support/cut-stream.js';
import { deskMarket, type DeskMarket } from '../support/desk-market.js';

const CUTS = 1_000;

let market: DeskMarket;
// Pieces and tape are small, so that readers cross from the database to the tape and from piece to piece all the time.
beforeAll(async () => (market = await deskMarket({ STREAM_BYTES_MAX: '4096', STREAM_TAPE_MAX: '40' })));
afterAll(() => market.end());

describe('a stream that is cut', () => {
  it(`${CUTS} times, at any byte, loses no card and repeats none`, async () => {
    const { seen, published, cuts } = await cutStream(market, { cuts: CUTS, seed: 82 });
    expect(seen).toEqual(published);
    expect(cuts).toBeGreaterThanOrEqual(CUTS);
  }, 600_000);
});
