import fc from 'fast-check';
import { MODES, type Id } from '@groundtruth/sdk/protocol';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { ManualClock, seconds } from '../../kernel/clock.js';
import { sql } from '../../platform/database/index.js';
import { byLookingAtAll, listedArbitrary, queryArbitrary } from './near.fixture.js';
import type { Listed, NearQuery } from './near.order.js';
import { NearRepository } from './near.repository.js';
import { OpenBounties } from './open-bounties.js';

const CITY = { lat: 32.7448, lng: 129.8737 };
const listed = (name: string, price = 5n): Listed => ({
  ...CITY, bounty_id: `bty_${name}` as Id<'bounty'>, mode: 'live', kind: 'photo', extent_m: 100, price,
}); // prettier-ignore
const question = (change: Partial<NearQuery> = {}): NearQuery => ({
  mode: 'live', kind: null, point: CITY, radius_m: 2_000, sort: 'price', after: null, limit: 50, ...change,
}); // prettier-ignore

describe('the search of open bounties near a point', () => {
  const near = new NearRepository();
  let db: TestDatabase;
  let clock: ManualClock;
  beforeAll(async () => (db = await testDatabase()));
  afterAll(() => db?.close());
  beforeEach(async () => {
    clock = new ManualClock(1_800_000_000_000);
    await db.unitOfWork.run((tx) => sql(tx, 'TRUNCATE bounty_near'));
  });

  const put = (row: Listed, repository = near): Promise<void> =>
    db.unitOfWork.run((tx) =>
      repository.put(tx, { ...row, id: row.bounty_id, kind: row.kind as 'photo', price_cap: row.price }, clock.now()),
    );
  const drop = (row: Listed, repository = near): Promise<void> =>
    db.unitOfWork.run((tx) => repository.drop(tx, row.bounty_id, clock.now()));
  const stored = async (query: NearQuery) => db.unitOfWork.run((tx) => near.search(tx, query));
  const ids = (hits: readonly { bounty_id: string }[] | null): string[] | null =>
    hits && hits.map(({ bounty_id }) => bounty_id);
  const newMemory = (repository = near): OpenBounties => new OpenBounties(db.unitOfWork, repository, clock);

  it('answers in SQL what looking at every bounty answers, at pentagons, poles, antimeridian and anywhere else', async () => {
    const finds = fc.asyncProperty(listedArbitrary, fc.array(queryArbitrary, { minLength: 4, maxLength: 8 }), async (rows, queries) => {
      await db.unitOfWork.run(async (tx) => {
        await sql(tx, 'TRUNCATE bounty_near');
        for (const row of rows)
          await near.put(tx, { ...row, id: row.bounty_id, kind: row.kind as 'photo', price_cap: row.price }, clock.now());
        for (const query of queries) expect(await near.search(tx, query)).toEqual(byLookingAtAll(rows, query));
      });
    }); // prettier-ignore
    await fc.assert(finds, { numRuns: 10, endOnFailure: true });
  });

  it('bears a bounty and a question a hair’s breadth off the equator', async () => {
    const row = { ...listed('a'), lat: 4.8e-279, lng: -1e-200 };
    await put(row);
    expect(ids(await stored(question({ point: { lat: -1e-180, lng: 1e-300 } })))).toEqual(['bty_a']);
  });

  it('lists a raised bounty at its new price, and not what has ended or is of the other mode', async () => {
    for (const row of [listed('a', 3n), listed('b', 4n), { ...listed('c'), mode: 'test' as const }]) await put(row);
    expect(ids(await stored(question()))).toEqual(['bty_b', 'bty_a']);
    await put(listed('a', 9n));
    expect(ids(await stored(question()))).toEqual(['bty_a', 'bty_b']);
    await drop(listed('a', 9n));
    expect(ids(await stored(question()))).toEqual(['bty_b']);
  });

  it('answers from memory only once it has read what is open', async () => {
    await put(listed('a'));
    const memory = newMemory();
    await memory.catchUp();
    expect(memory.search(question())).toBeNull();
    await memory.pass();
    expect(ids(memory.search(question()))).toEqual(['bty_a']);
  });

  it('knows at once what this process has changed', async () => {
    const memory = newMemory();
    await memory.pass();
    await put(listed('a'));
    await memory.catchUp();
    expect(ids(memory.search(question()))).toEqual(['bty_a']);
    await drop(listed('a'));
    await memory.catchUp();
    expect(memory.search(question())).toEqual([]);
  });

  it('knows after a second what another process has changed', async () => {
    const memory = newMemory();
    await memory.pass();
    const other = new NearRepository();
    await put(listed('a'), other);
    await memory.catchUp();
    expect(memory.search(question())).toEqual([]);
    clock.advance(seconds(1));
    await memory.catchUp();
    expect(ids(memory.search(question()))).toEqual(['bty_a']);
  });

  it('misses no change of a transaction that began before a look and commits after it', async () => {
    const memory = newMemory();
    await memory.pass();
    let commit = (): void => undefined;
    const mayCommit = new Promise<void>((resolve) => (commit = resolve));
    let changed = (): void => undefined;
    const hasChanged = new Promise<void>((resolve) => (changed = resolve));
    const slow = db.unitOfWork.run(async (tx) => {
      const row = listed('slow');
      await near.put(tx, { ...row, id: row.bounty_id, kind: 'photo', price_cap: row.price }, clock.now());
      changed();
      await mayCommit;
    });
    await hasChanged;
    await put(listed('quick'));
    await memory.catchUp();
    expect(ids(memory.search(question()))).toEqual(['bty_quick']);
    commit();
    await slow;
    await memory.catchUp();
    expect(ids(memory.search(question()))).toEqual(['bty_slow', 'bty_quick']);
  });

  it('reads everything again when it did not look before what had ended was forgotten', async () => {
    const memory = newMemory();
    await put(listed('a'));
    await memory.pass();
    const other = new NearRepository();
    await drop(listed('a'), other);
    clock.advance(seconds(3_601));
    await newMemory(other).pass();
    expect(await db.unitOfWork.run((tx) => sql(tx, 'SELECT FROM bounty_near'))).toEqual([]);
    await memory.pass();
    expect(memory.search(question())).toEqual([]);
  });

  it('keeps the modes apart in memory', async () => {
    const memory = newMemory();
    for (const mode of MODES) await put({ ...listed(mode), mode });
    await memory.pass();
    expect(MODES.map((mode) => ids(memory.search(question({ mode }))))).toEqual(MODES.map((mode) => [`bty_${mode}`]));
  });
});
