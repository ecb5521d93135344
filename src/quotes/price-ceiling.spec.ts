import { bountyTermsSchema, type BountyTermsInput } from '@groundtruth/sdk/protocol';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { Reachability } from '../bounties/index.js';
import { ManualClock } from '../kernel/clock.js';
import { loadConfig } from '../platform/config/index.js';
import { gateOf } from '../policy/gate.fixture.js';
import { PriceCeiling } from './price-ceiling.js';

const NOW = Date.UTC(2026, 2, 2, 8);
let db: TestDatabase;
let ceiling: PriceCeiling;

beforeAll(async () => {
  db = await testDatabase();
  const { gate } = gateOf(db.unitOfWork, new ManualClock(NOW));
  ceiling = new PriceCeiling(gate, new Reachability(loadConfig({}), { test: null, live: null }));
});
afterAll(() => db?.close());

const ceilingOf = (title: string, change: Partial<BountyTermsInput> = {}): Promise<bigint> => {
  const terms = bountyTermsSchema.parse({
    kind: 'photo',
    title,
    area: { lat: 46.6, lng: 8.6, radius_m: 100 },
    window: { closes_at: new Date(NOW + 5 * 3_600_000).toISOString() },
    criteria: { all: [{ object: { label: 'sheep' } }], provenance: 'signed' },
    price: { schedule: 'fixed', amount: '5.000000' },
    quantity: 2,
    ...change,
  });
  return db.unitOfWork.run((tx) => ceiling.of(tx, { id: 'agt_1', mode: 'test' }, terms));
};

describe('the highest price that may be recommended', () => {
  it('is what a software key may earn, and more only with agreement or attestation', async () => {
    expect(await ceilingOf('Sheep in the pasture')).toBe(20_000_000n);
    expect(await ceilingOf('Sheep in the pasture', { agreement: { of: 2 } })).toBeGreaterThan(1_000_000_000n);
  });

  it('is the cap of a hazard, and the lowest of several', async () => {
    expect(await ceilingOf('Sheep seen from the rooftop')).toBe(15_000_000n);
    expect(await ceilingOf('Sheep beside the motorway', { agreement: { of: 2 } })).toBe(30_000_000n);
    expect(await ceilingOf('Sheep beside the motorway, from the rooftop', { agreement: { of: 2 } })).toBe(15_000_000n);
  });

  it('is nothing where policy refuses at any price', async () => {
    expect(await ceilingOf('Kids at the zebra crossing')).toBe(0n);
  });
});
