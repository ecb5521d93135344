import type { BountyTermsInput } from '@groundtruth/sdk/protocol';
import { newWorker, sheepTerms, type Worker } from '../support/cast.js';
import { testMarket, type TestMarket } from '../support/market.js';

const CENTRE = { lat: -45.03, lng: 168.66 };
const north = (metres: number) => ({ lat: CENTRE.lat + metres / 111_195, lng: CENTRE.lng });
const fixed = (amount: string) => ({ schedule: 'fixed' as const, amount });

let market: TestMarket;
let agent: Awaited<ReturnType<TestMarket['funded']>>;
let worker: Worker;
let ids: Record<'cheap' | 'dear' | 'far' | 'corner', string>;
beforeAll(async () => {
  market = await testMarket();
  agent = await market.funded();
  worker = await newWorker(market.baseUrl, 'walker');
  const post = async (change: Partial<BountyTermsInput>) => (await agent.client.bounties.create(sheepTerms(change))).id;
  ids = {
    cheap: await post({ area: { ...CENTRE, radius_m: 100 }, price: fixed('2.000000') }),
    dear: await post({ area: { ...north(1_500), radius_m: 100 }, price: fixed('9.000000') }),
    far: await post({ area: { ...north(2_500), radius_m: 400 }, price: fixed('20.000000') }),
    // Its furthest corner reaches 5 km from its middle, its nearest edge is 3 km from the centre.
    corner: await post({
      area: {
        type: 'Polygon',
        coordinates: [
          [
            [CENTRE.lng - 0.06, north(3_000).lat],
            [CENTRE.lng + 0.06, north(3_000).lat],
            [CENTRE.lng + 0.06, north(3_400).lat],
            [CENTRE.lng - 0.06, north(3_400).lat],
            [CENTRE.lng - 0.06, north(3_000).lat],
          ],
        ],
      },
      price: fixed('1.000000'),
    }),
  };
});
afterAll(() => market.end());

const search = async (where: { radius_m: number; sort?: 'newest' | 'price' | 'distance' }): Promise<string[]> => {
  const found: string[] = [];
  for await (const { id } of worker.client.bounties.search({ near: CENTRE, ...where })) found.push(id);
  return found;
};

describe('searching near a point', () => {
  it('finds what comes within the radius and nothing else, newest first', async () => {
    expect(await search({ radius_m: 2_000 })).toEqual([ids.dear, ids.cheap]);
    expect(await search({ radius_m: 2_099 })).toEqual([ids.dear, ids.cheap]);
    expect(await search({ radius_m: 2_101 })).toEqual([ids.far, ids.dear, ids.cheap]);
    expect(await search({ radius_m: 2_990 })).toEqual([ids.far, ids.dear, ids.cheap]);
    expect(await search({ radius_m: 3_010 })).toEqual([ids.corner, ids.far, ids.dear, ids.cheap]);
  });

  it('orders by price and by distance, page by page', async () => {
    expect(await search({ radius_m: 4_000, sort: 'price' })).toEqual([ids.far, ids.dear, ids.cheap, ids.corner]);
    expect(await search({ radius_m: 4_000, sort: 'distance' })).toEqual([ids.cheap, ids.dear, ids.far, ids.corner]);
  });

  it('refuses an order without a point', async () => {
    const unordered = async () => {
      for await (const bounty of agent.client.bounties.list({ mine: true, sort: 'price' })) return bounty;
      return null;
    };
    await expect(unordered()).rejects.toMatchObject({ code: 'invalid_request', param: 'sort' });
  });

  it('no longer finds what was cancelled', async () => {
    const { id } = await agent.client.bounties.create(sheepTerms({ area: { ...CENTRE, radius_m: 50 } }));
    expect(await search({ radius_m: 100 })).toContain(id);
    await agent.client.bounties.cancel(id);
    expect(await search({ radius_m: 100 })).not.toContain(id);
  });

  it('finds at once what was posted, in its place in the order', async () => {
    const before = await search({ radius_m: 4_000, sort: 'price' });
    const area = { ...north(-300), radius_m: 50 };
    const { id } = await agent.client.bounties.create(sheepTerms({ area, price: fixed('10.000000') }));
    expect(await search({ radius_m: 4_000, sort: 'price' })).toEqual([before[0], id, ...before.slice(1)]);
  });
});
