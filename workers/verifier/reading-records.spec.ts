import { sql, type Tx } from '../../src/platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { SqlCaptureRecords } from './database.js';

const NOW = Date.parse('2026-11-21T06:00:00Z');
const HOUR_MS = 3_600_000;
const HERE = { lat: 32.7448, lng: 129.8737 };
/** Of latitude, on the sphere the distance is reckoned on. */
const DEGREES_PER_M = 360 / (2 * Math.PI * 6_371_008.8);

interface BareReading {
  readonly id: string;
  readonly contributor: string;
  readonly device: string;
  readonly state: string;
  /** When its seal was first seen, epoch milliseconds. */
  readonly t1: number;
  readonly place: { readonly lat: number; readonly lng: number };
}

describe('what the database remembers of readings', () => {
  let db: TestDatabase;
  let records: SqlCaptureRecords;
  let count = 0;
  beforeAll(async () => {
    db = await testDatabase({ poolMax: 4 });
    // Readings without contributors, bounties and seals: only a superuser may store them, with foreign keys off.
    const { unitOfWork } = db;
    const bare = {
      run: <T>(work: (tx: Tx) => Promise<T>) => unitOfWork.run((tx) => withoutKeys(tx).then(() => work(tx))),
    };
    records = new SqlCaptureRecords(bare as typeof unitOfWork);
  });
  afterAll(() => db.close());
  beforeEach(() => db.unitOfWork.run((tx) => sql(tx, 'TRUNCATE reading_value')));

  const captured = async (change: Partial<BareReading> = {}): Promise<string> => {
    const id = `cap_${++count}`;
    const bare = {
      id,
      contributor: 'ctr_a',
      device: 'dev_a',
      state: 'verifying',
      t1: NOW + count,
      place: HERE,
      ...change,
    };
    await db.unitOfWork.run((tx) => insert(tx, bare));
    return id;
  };
  const become = (id: string, state: string) =>
    db.unitOfWork.run(async (tx) => {
      await withoutKeys(tx);
      await sql(
        tx,
        `UPDATE capture SET state = $2, paid = CASE WHEN $2 = 'settled' THEN 0 END,
                review_route = CASE WHEN $2 = 'review' THEN 'operator' END WHERE id = $1`,
        [id, state],
      );
    });

  describe('the sequence of a device', () => {
    it.each([
      [7, -1, 6, true],
      [7, -1, 7, false],
      [7, -1, 8, false],
      [7, +1, 8, true],
      [7, +1, 7, false],
      [7, +1, 6, false],
    ])('takes number %d beside one sealed %d ms from it with number %d: %s', async (mine, by, other, answer) => {
      const at = NOW + 10 * HOUR_MS;
      await records.readingSequence(await captured({ t1: at + by }), other);
      expect(await records.readingSequence(await captured({ t1: at }), mine)).toBe(answer);
    });

    it.each([
      ['submitted', false],
      ['review', false],
      ['accepted', false],
      ['settled', false],
      ['rejected', true],
      ['expired', true],
      ['superseded', true],
    ])('counts one that is now %s: a repeated number is taken is %s', async (state, answer) => {
      const earlier = await captured();
      await records.readingSequence(earlier, 7);
      await become(earlier, state);
      expect(await records.readingSequence(await captured(), 7)).toBe(answer);
    });

    it("is each device's own, and a capture does not stand against itself", async () => {
      const mine = await captured();
      expect(await records.readingSequence(mine, 7)).toBe(true);
      expect(await records.readingSequence(mine, 7)).toBe(true);
      expect(await records.readingSequence(await captured({ contributor: 'ctr_b', device: 'dev_b' }), 7)).toBe(true);
    });

    it('lets exactly one of two readings with one number through, and answers the same however often it is asked', async () => {
      const two = [await captured(), await captured()];
      const ask = () => Promise.all(two.map((id) => records.readingSequence(id, 7)));
      const answers = await ask();
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await ask()).toEqual(answers);
    });
  });

  describe('the neighbours of a reading', () => {
    const measured = { quantity_kind: 'air_temperature', value: 20, at: NOW };
    /** A settled reading of somebody else's, `change`d. */
    const neighbour = async (
      value: number,
      {
        at = NOW,
        quantity_kind = 'air_temperature',
        state = 'settled',
        ...change
      }: Partial<BareReading> & Partial<typeof measured> = {},
    ): Promise<void> => {
      const who = change.contributor ?? `ctr_${count + 1}`;
      const id = await captured({ contributor: who, device: `dev_of_${who}`, ...change });
      await records.readingSequence(id, count);
      await records.readingNeighbours(id, { quantity_kind, value, at });
      await become(id, state);
    };
    const neighbours = async (): Promise<readonly number[]> => {
      const id = await captured();
      await records.readingSequence(id, 1_000 + count);
      return records.readingNeighbours(id, measured);
    };
    const north = (m: number) => ({ lat: HERE.lat + m * DEGREES_PER_M, lng: HERE.lng });

    it('are settled readings of the quantity, by others, within 5 km and an hour', async () => {
      await neighbour(1, { place: north(4_999), at: NOW - HOUR_MS });
      await neighbour(2, { place: north(-4_999), at: NOW + HOUR_MS });
      await neighbour(3, { place: north(5_001) });
      await neighbour(4, { at: NOW - HOUR_MS - 1 });
      await neighbour(5, { at: NOW + HOUR_MS + 1 });
      await neighbour(6, { quantity_kind: 'relative_humidity' });
      await neighbour(7, { state: 'accepted' });
      await neighbour(8, { contributor: 'ctr_a', device: 'dev_a' });
      expect([...(await neighbours())].sort()).toEqual([1, 2]);
    });

    const trait = (party: string, value: string) =>
      db.unitOfWork.run((tx) =>
        sql(tx, 'INSERT INTO party_trait VALUES ($1, $2, now()) ON CONFLICT DO NOTHING', [party, value]),
      );

    it('who are linked, by however many steps, count as one; the nearest in time speaks for them', async () => {
      await neighbour(1, { contributor: 'ctr_l1', device: 'dev_l1', at: NOW - 3_000 });
      await neighbour(2, { contributor: 'ctr_l2', device: 'dev_l2', at: NOW - 2_000 });
      await neighbour(3, { contributor: 'ctr_l3', device: 'dev_l3', at: NOW - 4_000 });
      await neighbour(9, { contributor: 'ctr_l4', device: 'dev_l4' });
      await trait('ctr_l1', 'address_block:one');
      await trait('ctr_l2', 'address_block:one');
      await trait('ctr_l2', 'address_block:two');
      await trait('ctr_l3', 'address_block:two');
      expect([...(await neighbours())].sort()).toEqual([2, 9]);
    });

    it('are never linked to the one who measures', async () => {
      await neighbour(1, { contributor: 'ctr_m1', device: 'dev_m1' });
      await neighbour(2, { contributor: 'ctr_m2', device: 'dev_m2' });
      await trait('ctr_a', 'address_block:home');
      await trait('ctr_m1', 'address_block:home');
      expect(await neighbours()).toEqual([2]);
    });

    it.each([
      ['upheld', []],
      ['denied', [1]],
    ])('do not count once a dispute of their requester is %s', async (state, expected) => {
      await neighbour(1, { contributor: `ctr_${state}`, device: `dev_${state}` });
      await db.unitOfWork.run(async (tx) => {
        await withoutKeys(tx);
        await sql(
          tx,
          `INSERT INTO dispute (id, mode, capture_id, bounty_id, side, opened_by, state, reason_code, text, decide_by, paid, decision_reason, created_at, decided_at)
           VALUES ($1, 'test', $2, 'bty_bare', 'requester', 'agt_bare', $1, 'wrong', '', now(), CASE WHEN $1 = 'upheld' THEN 1 END, 'seen', now(), now())`,
          [state, `cap_${count}`],
        );
      });
      expect(await neighbours()).toEqual(expected);
    });

    it('count once each, with the reading nearest in time', async () => {
      await neighbour(1, { contributor: 'ctr_x', device: 'dev_x', at: NOW - 2_000 });
      await neighbour(2, { contributor: 'ctr_x', device: 'dev_x', at: NOW + 1_000 });
      expect(await neighbours()).toEqual([2]);
    });

    it('are fifty at most', async () => {
      for (let i = 0; i < 52; i++) await neighbour(i, { at: NOW + i * 1_000 });
      const found = await neighbours();
      expect(found).toHaveLength(50);
      expect(Math.max(...found)).toBe(49);
    });
  });

  describe('the reading before of a device', () => {
    const later = NOW + HOUR_MS;
    const before = async (
      value: number,
      { state = 'settled', ...change }: Partial<BareReading> = {},
      quantity_kind = 'air_temperature',
    ) => {
      const id = await captured(change);
      await records.readingSequence(id, count);
      await records.readingNeighbours(id, { quantity_kind, value, at: NOW });
      await become(id, state);
    };
    const previous = async () => {
      const id = await captured({ t1: later });
      await records.readingSequence(id, 1_000 + count);
      return records.previousReading(id, 'air_temperature');
    };

    it('is the last one sealed before, of this quantity, nearby, that was accepted', async () => {
      expect(await previous()).toBeNull();
      await before(1);
      await before(2);
      await before(3, { state: 'rejected' });
      await before(4, {}, 'relative_humidity');
      await before(5, { place: { lat: HERE.lat + 1, lng: HERE.lng } });
      await before(6, { t1: later + 60_000 });
      await before(7, { contributor: 'ctr_z', device: 'dev_z' });
      expect(await previous()).toEqual({ value: 2, at: NOW });
    });
  });
});

const withoutKeys = (tx: Tx): Promise<unknown[]> => sql(tx, 'SET LOCAL session_replication_role = replica');

async function insert(tx: Tx, { id, contributor, device, state, t1, place }: BareReading): Promise<void> {
  await withoutKeys(tx);
  await sql(
    tx,
    `INSERT INTO device (id, mode, contributor_id, public_key, thumbprint, label, created_at)
     VALUES ($1, 'test', $2, '{}', $1, '', now()) ON CONFLICT DO NOTHING`,
    [device, contributor],
  );
  const sealed = { manifest: { device_id: device, place } };
  await sql(
    tx,
    `INSERT INTO capture (id, mode, bounty_id, reservation_id, contributor_id, state, sealed, seal, salt, storage_key, t0, t1, upload_expires_at, created_at)
     VALUES ($1, 'test', 'bty_bare', $1, $2, $3, $4, $1, '', $1, to_timestamp(0), to_timestamp($5 / 1000.0), now(), now())`,
    [id, contributor, state, JSON.stringify(sealed), t1],
  );
}
