import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insertBareCaptures } from '../../test/support/bare-captures.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { ManualClock } from '../kernel/clock.js';
import { loadConfig } from '../platform/config/index.js';
import { sql } from '../platform/database/index.js';
import { DiskStorage } from '../platform/storage/index.js';
import { SystemClock } from '../platform/time.js';
import { derivativeKey } from './derivatives.service.js';
import { OriginalsRepository } from './originals.repository.js';
import { OriginalsSweep } from './originals.sweep.js';

const DAY_MS = 86_400_000;
const clock = new ManualClock(new SystemClock().now());
const config = loadConfig({});
let database: TestDatabase;
let folder: string;
let storage: DiskStorage;
let sweep: OriginalsSweep;

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'originals-'));
  storage = new DiskStorage({ folder, secret: 'originals', clock, origin: () => '' });
  await storage.prepare();
  sweep = new OriginalsSweep(database.unitOfWork, new OriginalsRepository(), storage, clock, config);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

let count = 0;
/** A capture in this state with its original in storage, and derivatives of two hand-overs, of which the second counts. */
async function stored(state: string): Promise<string> {
  const id = `cap_${++count}`;
  await database.unitOfWork.run(async (tx) => {
    await insertBareCaptures(tx, [{ id, state, t1: 1, reservation_id: `rsv_${id}` }]);
    await sql(tx, 'UPDATE capture SET attempt = 2, derivative_key = $2 WHERE id = $1', [id, derivativeKey(id, 2)]);
  });
  for (const key of [id, derivativeKey(id, 1), derivativeKey(id, 2)])
    await storage.put(key, Buffer.from(key), 'image/jpeg');
  return id;
}

const kept = async (id: string) =>
  Promise.all([id, derivativeKey(id, 1), derivativeKey(id, 2)].map(async (key) => (await storage.stat(key)) !== null));

async function removedAt(id: string) {
  const rows = await database.dataSource.query<{ original_removed_at: number | null; seal: string }[]>(
    'SELECT original_removed_at, seal FROM capture WHERE id = $1',
    [id],
  );
  expect(rows[0]!.seal).toBe(id);
  return rows[0]!.original_removed_at;
}

/** To the moment before retention ends, to the second; then past it. */
async function passAfter(days: number): Promise<void> {
  clock.set(Date.now() + days * DAY_MS);
  await sweep.pass();
}

describe('the original of a capture', () => {
  it('is kept for 90 days, then its bytes go and its hashes stay', async () => {
    const id = await stored('settled');
    await passAfter(89);
    expect([await kept(id), await removedAt(id)]).toEqual([[true, true, true], null]);
    await passAfter(91);
    expect(await kept(id)).toEqual([false, false, true]);
    expect(await removedAt(id)).toBe(clock.now());
    await passAfter(92);
    expect(await removedAt(id)).toBeLessThan(clock.now());
  });

  it.each(['rejected', 'expired', 'superseded'])('goes with its derivatives when the capture was %s', async (state) => {
    const id = await stored(state);
    await passAfter(91);
    expect(await kept(id)).toEqual([false, false, false]);
  });

  it.each(['uploading', 'submitted', 'verifying', 'review', 'accepted'])(
    'is kept while the capture is %s',
    async (state) => {
      const id = await stored(state === 'review' ? 'verifying' : state);
      await passAfter(400);
      expect([await kept(id), await removedAt(id)]).toEqual([[true, true, true], null]);
    },
  );

  it('is kept while it is disputed or can be, and for as long again after the dispute', async () => {
    const [disputed, disputable] = [await stored('settled'), await stored('rejected')];
    await database.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await sql(
        tx,
        `INSERT INTO dispute (id, mode, capture_id, bounty_id, side, opened_by, state, reason_code, text, decide_by, created_at)
         VALUES ('dsp_1', 'test', $1, 'bty_bare', 'requester', 'agt_1', 'open', 'other', 'text', now(), now())`,
        [disputed],
      );
      await sql(tx, `UPDATE capture SET disputable_until = now() + interval '100 days' WHERE id = $1`, [disputable]);
    });
    await passAfter(95);
    expect([(await kept(disputed))[0], (await kept(disputable))[0]]).toEqual([true, true]);
    await database.unitOfWork.run(async (tx) => {
      await sql(
        tx,
        `UPDATE dispute SET state = 'denied', decision_reason = 'no', decided_at = now() + interval '50 days' WHERE capture_id = $1`,
        [disputed],
      );
    });
    await passAfter(101);
    expect([(await kept(disputed))[0], (await kept(disputable))[0]]).toEqual([true, false]);
    await passAfter(141);
    expect((await kept(disputed))[0]).toBe(false);
  });
});
