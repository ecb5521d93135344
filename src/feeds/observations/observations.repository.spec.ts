import fc from 'fast-check';
import { TIERS, type Id } from '@groundtruth/sdk/protocol';
import { bareObservation, HOUR_MS, NOON, publish } from '../../../test/support/published.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { EVERYTHING, passes, type CardFilter } from './card.filter.js';
import { asOf } from './observation.view.js';
import { ObservationsRepository, type FeedQuery } from './observations.repository.js';

const repository = new ObservationsRepository();
const READER = 'agt_reader';
const [FIRST, SECOND, LATER] = [NOON + 1 * HOUR_MS, NOON + 2 * HOUR_MS, NOON + 3 * HOUR_MS];
let db: TestDatabase;
beforeAll(async () => void (db = await testDatabase()));
afterAll(() => db.close());
beforeEach(() => db.dataSource.query('TRUNCATE observation CASCADE'));

const list = (change: Partial<FeedQuery> = {}) =>
  db.unitOfWork.run((tx) =>
    repository.list(tx, {
      mode: 'test', viewer_id: READER, filter: EVERYTHING, after: 0n, limit: 100, as_of: null, ...change,
    }),
  ); // prettier-ignore
const ids = async (change: Partial<FeedQuery> = {}) => (await list(change)).map(({ id }) => id);

/** A first observation, and a revision of it that is published later. */
async function revised() {
  const [first] = await publish(db.unitOfWork, [bareObservation()], FIRST);
  const change = {
    chain_id: first!,
    revision: 2,
    revises: first!,
    revision_cause: 'agreement',
    independent_captures: 2,
  };
  const [second] = await publish(db.unitOfWork, [bareObservation(change as object)], SECOND);
  return [first!, second!] as const;
}

describe('the feed at a moment', () => {
  it('is what was published by then and not yet replaced, as it stood', async () => {
    const [first, second] = await revised();
    expect(await ids({ as_of: FIRST - 1 })).toEqual([]);
    expect(await ids({ as_of: FIRST })).toEqual([first]);
    expect(await ids({ as_of: SECOND - 1 })).toEqual([first]);
    expect(await ids({ as_of: SECOND })).toEqual([second]);
    expect(await ids()).toEqual([first, second]);
    const [row] = await list({ as_of: SECOND - 1 });
    expect(row).toMatchObject({ superseded_by: second, superseded_at: SECOND });
    expect(asOf(row!, SECOND - 1)).toMatchObject({ superseded_by: null, superseded_at: null });
  });

  it('shows what was exclusive then to its funder alone', async () => {
    const funder_id = 'agt_other' as Id<'agent'>;
    const [id] = await publish(db.unitOfWork, [bareObservation({ funder_id, embargo_until: LATER })], FIRST);
    await db.unitOfWork.run((tx) => repository.release(tx, id!, 'test', LATER));
    expect(await ids({ as_of: SECOND })).toEqual([]);
    expect(await ids({ as_of: SECOND, viewer_id: funder_id })).toEqual([id]);
    expect(await ids({ as_of: LATER })).toEqual([id]);
  });

  it('never changes once it was asked for, whatever a slower clock publishes while its pages are read', async () => {
    const early = await publish(db.unitOfWork, [bareObservation(), bareObservation(), bareObservation()], FIRST);
    const page = async (after: bigint) => {
      await db.unitOfWork.run((tx) => repository.settle(tx, 'test', LATER));
      return list({ as_of: LATER, after, limit: 2 });
    };
    const one = await page(0n);
    await publish(db.unitOfWork, [bareObservation(), bareObservation()], SECOND);
    const two = await page(one.at(-1)!.seq);
    expect([...one, ...two].map(({ id }) => id)).toEqual(early);
    expect(await ids()).toHaveLength(5);
  });
});

describe('a chain', () => {
  it('has one successor for each observation', async () => {
    const [first] = await revised();
    const fork = bareObservation({ chain_id: first, revision: 2, revises: first, revision_cause: 'correction' });
    await expect(publish(db.unitOfWork, [fork])).rejects.toThrow(/observation_revises_key/);
  });
});

describe('a filter', () => {
  it('lets the same observations pass in memory and in the database', async () => {
    const cells = ['85000000000001f', '85000000000002f'];
    const row = fc.record({
      kind: fc.constantFrom('photo' as const, 'video' as const, 'reading' as const),
      coarse_cell: fc.constantFrom(...cells),
      tier: fc.constantFrom(...TIERS),
      independent_captures: fc.integer({ min: 0, max: 3 }),
      price: fc.bigInt(0n, 3n),
      hour: fc.integer({ min: 0, max: 3 }).map((hour) => NOON + hour * HOUR_MS),
    });
    const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
    const filter: fc.Arbitrary<CardFilter> = fc.record({
      kinds: orNull(fc.subarray(['photo', 'video', 'reading'], { minLength: 1 })),
      cells: orNull(fc.subarray(cells, { minLength: 1 })),
      tier_min: orNull(fc.constantFrom(...TIERS)),
      independent_captures_min: orNull(fc.integer({ min: 1, max: 3 })),
      price_max: orNull(fc.bigInt(0n, 3n)),
      hour_from: orNull(fc.integer({ min: 0, max: 3 }).map((hour) => NOON + hour * HOUR_MS)),
      hour_until: orNull(fc.integer({ min: 0, max: 3 }).map((hour) => NOON + hour * HOUR_MS)),
    });
    const rows = fc.sample(row, { numRuns: 200, seed: 7 }).map((change) => bareObservation(change));
    await publish(db.unitOfWork, rows);
    const all = await list({ limit: 1_000 });
    let some = 0;
    await fc.assert(
      fc.asyncProperty(filter, async (asked) => {
        const expected = all.filter((each) => passes(asked, each)).map(({ id }) => id);
        if (expected.length > 0 && expected.length < all.length) some += 1;
        expect(await ids({ filter: asked, limit: 1_000 })).toEqual(expected);
        const { rows: taped } = await db.unitOfWork.run((tx) =>
          repository.tape(tx, { mode: 'test', filter: asked, after: 0n, limit: 1_000 }),
        );
        expect(taped.map(({ id }) => id)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
    expect(some).toBeGreaterThan(10);
  });
});
