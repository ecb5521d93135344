import { formatAmount, type Id } from '@groundtruth/sdk/protocol';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { ManualClock } from '../../kernel/clock.js';
import { sql, type Tx } from '../../platform/database/index.js';
import { FillQuotes, type FillTerms } from '../fill-quotes.js';
import { BountyPast } from './bounty-past.js';
import { FillModels } from './fill-models.repository.js';
import { FillRecord, type ExposureRow } from './fill.record.js';
import { FillRecorder } from './fill.recorder.js';
import { FillRefit } from './fill.refit.js';
import { trainingPast } from './transfer.fixture.js';

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 1, 2, 8);
const clock = new ManualClock(START + 100 * HOUR_MS);
const record = new FillRecord();
const models = new FillModels();
let db: TestDatabase;
let recorder: FillRecorder;
let refit: FillRefit;
let quotes: FillQuotes;

beforeAll(async () => {
  db = await testDatabase();
  recorder = new FillRecorder(db.unitOfWork, new BountyPast(), record, clock);
  refit = new FillRefit(db.unitOfWork, record, models, clock);
  quotes = new FillQuotes(models, record, clock);
});
afterAll(() => db?.close());

const at = (hours: number): Date => new Date(START + hours * HOUR_MS);
const price = (start: string, cap: string) => ({
  schedule: 'linear',
  start,
  cap,
  starts_at: at(0).toISOString(),
  ends_at: at(10).toISOString(),
});

/** Rows as their lifecycles leave them. Only a superuser may: foreign keys are off in the transaction. */
async function leave(tx: Tx): Promise<void> {
  await sql(tx, 'SET LOCAL session_replication_role = replica');
  const terms = {
    kind: 'photo',
    title: 'Harbour wall',
    area: { lat: 32.7448, lng: 129.8737, radius_m: 150 },
    window: { closes_at: at(12).toISOString() },
    criteria: { all: [{ object: { label: 'boat' } }], provenance: 'signed' },
    price: price('4.000000', '9.000000'),
    quantity: 1,
  };
  await sql(
    tx,
    `INSERT INTO bounty (id, mode, agent_id, kind, state, outcome, terms, currency, price_cap, fee_cap, price_floor, absence_share_bps, quantity,
                         opens_at, closes_at, uploads_until, lat, lng, extent_m, cells, created_at)
     VALUES ('bty_1', 'test', 'agt_1', 'photo', 'closed', 'filled', $1, 'USD', 9000000, 0, 6000000, 5000, 1, $2, $3, $3, 32.7448, 129.8737, 150, '{}', $2)`,
    [terms, at(0), at(12)],
  );
  await sql(
    tx,
    `INSERT INTO state_history (resource_id, event, from_state, to_state, at) VALUES
       ('bty_1', 'fund', 'draft', 'open', $1), ('cap_1', 'reject', 'verifying', 'rejected', $2), ('bty_1', 'fill', 'open', 'closing', $3)`,
    [at(0), at(3), at(8)],
  );
  await sql(
    tx,
    `INSERT INTO bounty_raise (bounty_id, number, price, closes_at, held, at) VALUES ('bty_1', 1, $1, $2, 0, $3)`,
    [price('2.000000', '7.000000'), at(10), at(5)],
  );
  await sql(
    tx,
    `INSERT INTO reservation (id, mode, bounty_id, contributor_id, state, price, fee, currency, nonce, code, issued_at, lapses_at)
     SELECT 'rsv_' || n, 'test', 'bty_1', 'ctr_' || n, 'submitted', 3000000 + n, 0, 'USD', n, '', from_at, from_at + interval '30 minutes'
       FROM unnest($1::int[], $2::timestamptz[]) AS r (n, from_at)`,
    [
      [1, 2],
      [at(2), at(6)],
    ],
  );
  await sql(
    tx,
    `INSERT INTO capture (id, mode, bounty_id, reservation_id, contributor_id, state, sealed, seal, salt, storage_key, t0, t1, upload_expires_at, created_at)
     SELECT 'cap_' || n, 'test', 'bty_1', 'rsv_' || n, 'ctr_' || n, state, '{}', n, '', n, now(), now(), now(), now()
       FROM unnest($1::int[], $2::text[]) AS c (n, state)`,
    [
      [1, 2],
      ['rejected', 'accepted'],
    ],
  );
}

describe('a closed bounty', () => {
  it('leaves the stretches in which its slot waited, at the prices that were asked then, once', async () => {
    await db.unitOfWork.run(leave);
    await recorder.closed('bty_1');
    await recorder.closed('bty_1');
    const exposures = await db.unitOfWork.run((tx) => record.newest(tx, 'test', 10));
    const told = exposures.map((exposure) => ({
      from: (exposure.from_at - START) / HOUR_MS,
      to: (exposure.to_at - START) / HOUR_MS,
      filled: exposure.filled,
      price: exposure.priceAt(exposure.to_at),
    }));
    expect(told).toEqual([
      // From 2 to 7 dollars in ten hours, before the raise.
      { from: 0, to: 2, filled: false, price: 3_000_000n },
      // The slot was held for an hour, and the clock of the price stood still.
      { from: 3, to: 5, filled: false, price: 4_000_000n },
      // The new schedule says 6.5 dollars after five hours of its clock; its floor is below that.
      { from: 5, to: 6, filled: true, price: 6_500_000n },
    ]);
    expect(await db.unitOfWork.run((tx) => record.newest(tx, 'live', 10))).toEqual([]);
  });

  it('counts for later bounties there once it is recorded, by who filled it and for how much', async () => {
    const cell = (await db.unitOfWork.run((tx) => record.newest(tx, 'test', 1)))[0]!.cell;
    const fills = (mode: 'test' | 'live', place: string | null, until: number) =>
      db.unitOfWork.run((tx) => record.fillsBefore(tx, mode, place, until));
    expect(await fills('test', cell, clock.now())).toEqual([{ contributor: 'ctr_2', price: 3_000_002n }]);
    expect(await fills('test', null, clock.now())).toHaveLength(1);
    expect(await fills('test', '85283473fffffff', clock.now())).toEqual([]);
    expect(await fills('live', null, clock.now())).toEqual([]);
    // Not recorded by then.
    expect(await fills('test', cell, clock.now() - 1)).toEqual([]);
  });
});

describe('a quote of the fill', () => {
  const past = trainingPast('dense');
  const asked = past.cases.at(-1)!.asked;
  const terms = (parts: Partial<FillTerms> = {}): FillTerms => ({
    kind: 'photo',
    criteria: { provenance: 'signed' },
    area: { lat: 32.7, lng: 129.9, radius_m: 100 },
    window: { closes_at: clock.now() + 12 * HOUR_MS },
    quantity: 1,
    price: { schedule: 'fixed', amount: 4_000_000n },
    ...parts,
  });
  const look = (mode: 'test' | 'live', parts: Partial<FillTerms> = {}, price_max = 20_000_000n) =>
    db.unitOfWork.run((tx) => quotes.look(tx, mode, terms(parts), price_max));

  beforeAll(async () => {
    clock.set(asked.closes_at);
    expect(await refit.fit('test')).toBe(false);
    const rows = past.exposures.map((exposure, n): ExposureRow => ({
      ...exposure,
      bounty_id: `${exposure.bounty_id}` as Id<'bounty'>,
      stretch: n + 1,
      mode: 'test',
      price: { schedule: 'fixed', amount: formatAmount(exposure.priceAt(exposure.from_at)) },
      behind_ms: 0n,
      price_floor: 0n,
      reservation_id: exposure.filled ? 'rsv_2' : null,
      fill_price: exposure.filled ? exposure.priceAt(exposure.to_at) : null,
      recorded_at: Math.min(exposure.closes_at, clock.now()),
    }));
    await db.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await record.insert(tx, rows);
    });
  });

  it('says that there is no record before anything was learnt, and in the other mode', async () => {
    const nothing = { fill: null, fill_unknown: 'no_record', curve: [], recommended_price: null };
    expect(await look('test')).toEqual(nothing);
    await refit.pass();
    expect(await look('live')).toEqual(nothing);
  });

  it('tells how probable a fill is, at ten prices that rise, and the least that reaches what is wanted', async () => {
    const { fill, fill_unknown, curve, recommended_price } = await look('test', { wanted_probability: 0.7 });
    expect(fill_unknown).toBeNull();
    expect(fill).toMatchObject({ basis: 'cell' });
    expect(curve).toHaveLength(10);
    curve.slice(1).forEach((point, n) => expect(point.probability).toBeGreaterThanOrEqual(curve[n]!.probability));
    const amount = BigInt(Math.round(Number(recommended_price) * 1e6));
    const atRecommended = await look('test', { price: { schedule: 'fixed', amount } });
    const atLess = await look('test', { price: { schedule: 'fixed', amount: amount - 10_000n } });
    expect(atRecommended.fill!.probability).toBeGreaterThanOrEqual(0.6999);
    expect(atLess.fill!.probability).toBeLessThanOrEqual(0.7001);
  });

  it('recommends nothing above the ceiling, and nothing unasked', async () => {
    expect((await look('test', { wanted_probability: 0.7 }, 1_000_000n)).recommended_price).toBeNull();
    expect((await look('test')).recommended_price).toBeNull();
  });

  it('gives no number where too little was recorded to tell', async () => {
    const elsewhere = await look('test', { area: { lat: -54.8, lng: -68.3, radius_m: 100 }, kind: 'reading' });
    expect(elsewhere).toMatchObject({ fill: null, fill_unknown: 'too_few_fills', curve: [] });
  });

  it('is learnt again only after 15 minutes, and only when something was recorded since', async () => {
    const count = async () => (await db.unitOfWork.run((tx) => sql(tx, 'SELECT seq FROM fill_model'))).length;
    const before = await count();
    await refit.pass();
    clock.advance(16 * 60_000);
    await refit.pass();
    expect(await count()).toBe(before);
    await db.unitOfWork.run((tx) =>
      sql(tx, `UPDATE fill_exposure SET recorded_at = $1 WHERE stretch = 1`, [new Date(clock.now())]),
    );
    clock.advance(16 * 60_000);
    await refit.pass();
    expect(await count()).toBe(before + 1);
  });
});
