import fc from 'fast-check';
import { sql, sqlOne } from '../../src/platform/database/index.js';
import { insertBareCaptures, type BareCapture } from '../../test/support/bare-captures.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';

/** Apart by more than any limit from each other and from their mirrors: what is stored and asked about differs only as a test says. */
const STORED = '0123456789abcdef'.repeat(4);
const MIRROR_OF_STORED = 'fedcba9876543210'.repeat(4);
const ELSE = '00ff'.repeat(16);
const MIRROR_OF_ELSE = 'ff00'.repeat(16);

describe('the question whether a picture was seen before', () => {
  let db: TestDatabase;
  let count = 0;
  beforeAll(async () => (db = await testDatabase({ poolMax: 4 })));
  afterAll(() => db.close());
  beforeEach(async () => {
    await db.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await sql(tx, 'TRUNCATE capture_match, capture_hash');
    });
  });

  const capture = async (change: Partial<BareCapture> = {}): Promise<string> => {
    const id = `cap_${count++}`;
    const bare = { id, state: 'verifying', t1: count, reservation_id: `rsv_${count}`, ...change };
    await db.unitOfWork.run((tx) => insertBareCaptures(tx, [bare]));
    return id;
  };
  const near = async (id: string, upright: string, mirror: string): Promise<boolean> =>
    db.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      const row = await sqlOne<{ near: boolean }>(tx, 'SELECT verifier_api.near_hash($1, $2, $3) AS near', [
        id,
        upright,
        mirror,
      ]);
      return row!.near;
    });
  const remember = async (change: Partial<BareCapture>): Promise<string> => {
    const id = await capture();
    await near(id, STORED, MIRROR_OF_STORED);
    const { state, t1, reservation_id } = change;
    await db.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await sql(
        tx,
        `UPDATE capture SET state = coalesce($2, state), paid = CASE WHEN $2 = 'settled' THEN 0 END, review_route = CASE WHEN $2 = 'review' THEN 'operator' END,
                t1 = coalesce(to_timestamp($3::bigint / 1000.0), t1), reservation_id = coalesce($4, reservation_id) WHERE id = $1`,
        [id, state ?? null, t1 ?? null, reservation_id ?? null],
      );
    });
    return id;
  };

  it.each([
    ['upright', 31],
    ['mirrored', 15],
  ])('finds every hash that is seen %s at most %s bits away', async (how, bits_max) => {
    await remember({ state: 'settled' });
    const bits = fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 0, maxLength: bits_max });
    await fc.assert(
      fc.asyncProperty(bits, async (flips) => {
        const seen = flipped(STORED, flips);
        const id = await capture();
        expect(await (how === 'mirrored' ? near(id, ELSE, seen) : near(id, seen, MIRROR_OF_ELSE))).toBe(true);
        await forget(id);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [60, true],
    [61, false],
  ])('draws its limit between: %s bits away is %s', async (bits, answer) => {
    await remember({ state: 'settled' });
    // The last words carry every difference, so that the first are equal and the hash is found at all.
    const flips = Array.from({ length: bits }, (_, i) => 255 - i);
    expect(await near(await capture(), flipped(STORED, flips), MIRROR_OF_ELSE)).toBe(answer);
  });

  it.each([
    ['accepted', 0, true],
    ['settled', 0, true],
    ['verifying', -1, true],
    ['review', -1, true],
    ['verifying', +1, false],
    ['rejected', -1, false],
    ['expired', -1, false],
    ['superseded', -1, false],
  ])('counts one that is %s and was sealed %s ms from this one: %s', async (state, later, answer) => {
    const mine = await capture({ t1: 1_000_000 });
    await remember({ state, t1: 1_000_000 + later });
    expect(await near(mine, STORED, MIRROR_OF_STORED)).toBe(answer);
  });

  it('does not hold a retake against its own reservation, nor a capture against itself', async () => {
    await remember({ state: 'settled', reservation_id: 'rsv_again' });
    const retake = await capture();
    await db.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await sql(tx, `DROP INDEX capture_judged_once`); // Two verified captures of one reservation exist only in this test.
      await sql(tx, `UPDATE capture SET reservation_id = 'rsv_again' WHERE id = $1`, [retake]);
    });
    expect(await near(retake, STORED, MIRROR_OF_STORED)).toBe(false);
    expect(await near(retake, STORED, MIRROR_OF_STORED)).toBe(false);
  });

  async function forget(id: string): Promise<void> {
    await db.unitOfWork.run(async (tx) => {
      await sql(tx, 'DELETE FROM capture_match WHERE capture_id = $1', [id]);
      await sql(tx, 'DELETE FROM capture_hash WHERE capture_id = $1', [id]);
    });
  }
});

function flipped(hex: string, bits: readonly number[]): string {
  const bytes = Buffer.from(hex, 'hex');
  for (const bit of bits) bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
  return bytes.toString('hex');
}
