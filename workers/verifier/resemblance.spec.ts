import { sql, sqlOne } from '../../src/platform/database/index.js';
import { insertBareCaptures, type BareCapture } from '../../test/support/bare-captures.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';

const EMBEDDING = '0123456789abcdef'.repeat(4);
const UPRIGHT = '00ff'.repeat(16);
const MIRROR = '0f0f'.repeat(16);

describe('the question whether a picture resembles an earlier one', () => {
  let db: TestDatabase;
  let count = 0;
  beforeAll(async () => (db = await testDatabase({ poolMax: 4 })));
  afterAll(() => db.close());
  beforeEach(() => db.unitOfWork.run((tx) => sql(tx, 'TRUNCATE capture_likeness, capture_match, capture_hash')));

  const capture = async (change: Partial<BareCapture> = {}): Promise<string> => {
    const id = `cap_${count++}`;
    const bare = { id, state: 'verifying', t1: count, reservation_id: `rsv_${count}`, ...change };
    await db.unitOfWork.run((tx) => insertBareCaptures(tx, [bare]));
    return id;
  };
  /** One that was seen before with `EMBEDDING`, and with `UPRIGHT` unless it was too flat. */
  const earlier = async (change: Partial<BareCapture> = {}, flat = false): Promise<void> => {
    const id = await capture({ state: 'settled', t1: 0, ...change });
    await db.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await sql(tx, `INSERT INTO capture_likeness VALUES ($1, 'test', ('x' || $2::text)::bit(256))`, [id, EMBEDDING]);
      if (!flat)
        await sql(
          tx,
          `INSERT INTO capture_hash (capture_id, mode, upright) VALUES ($1, 'test', ('x' || $2::text)::bit(256))`,
          [id, UPRIGHT],
        );
    });
  };
  const resembles = async (
    id: string,
    embedding: string,
    upright: string | null = UPRIGHT,
    mirror: string | null = MIRROR,
  ) =>
    db.unitOfWork.run(async (tx) => {
      const args = [id, embedding, upright, mirror];
      return (await sqlOne<{ bit: boolean }>(tx, 'SELECT verifier_api.resembles($1, $2, $3, $4) AS bit', args))!.bit;
    });
  const later = () => capture({ t1: 1_000_000 });

  it.each([
    [60, 112, true],
    [61, 0, false],
    [25, 113, false],
    [24, 113, true],
  ])('draws its limits: %s bits of features and %s of the picture apart is %s', async (features, picture, answer) => {
    await earlier();
    expect(
      await resembles(await later(), flipped(EMBEDDING, features), flipped(UPRIGHT, picture), flipped(UPRIGHT, 200)),
    ).toBe(answer);
  });

  it('counts the mirror image', async () => {
    await earlier();
    expect(await resembles(await later(), EMBEDDING, flipped(UPRIGHT, 200), UPRIGHT)).toBe(true);
  });

  it.each([
    ['earlier', true, UPRIGHT],
    ['present', false, null],
  ])('goes by the features alone when the %s picture is too flat to compare', async (_, flat, upright) => {
    await earlier({}, flat);
    expect(await resembles(await later(), flipped(EMBEDDING, 60), upright, upright)).toBe(true);
    expect(await resembles(await later(), flipped(EMBEDDING, 61), upright, upright)).toBe(false);
  });

  it.each([
    ['accepted', 0, true],
    ['settled', +1, true],
    ['verifying', -1, true],
    ['review', -1, true],
    ['rejected', -1, true],
    ['verifying', +1, false],
    ['rejected', +1, false],
    ['expired', -1, false],
    ['superseded', -1, false],
  ])('counts one that is %s and was sealed %s ms from this one: %s', async (state, by, answer) => {
    await earlier({ state, t1: 1_000_000 + by });
    expect(await resembles(await later(), EMBEDDING)).toBe(answer);
  });

  it('does not hold a retake against its own reservation, nor a capture against itself', async () => {
    // Two verified captures of one reservation exist only in this test.
    await db.unitOfWork.run((tx) => sql(tx, 'DROP INDEX capture_judged_once'));
    await earlier({ reservation_id: 'rsv_mine', state: 'rejected' });
    const retake = await capture({ t1: 1_000_000, reservation_id: 'rsv_mine' });
    expect(await resembles(retake, EMBEDDING)).toBe(false);
    await remember(retake, EMBEDDING);
    expect(await resembles(retake, EMBEDDING)).toBe(false);
  });

  it('shows of two captures asked about at once the earlier to the later, and not the other way', async () => {
    const [first, second] = [await capture({ t1: 1_000_000 }), await capture({ t1: 1_000_001 })];
    await Promise.all([remember(first, EMBEDDING), remember(second, EMBEDDING)]);
    const answers = await Promise.all([resembles(first, EMBEDDING), resembles(second, EMBEDDING)]);
    expect(answers).toEqual([false, true]);
  });

  it('keeps modes apart', async () => {
    await earlier();
    const id = await later();
    await db.unitOfWork.run((tx) => sql(tx, `UPDATE capture SET mode = 'live' WHERE id = $1`, [id]));
    expect(await resembles(id, EMBEDDING)).toBe(false);
  });

  async function remember(id: string, embedding: string): Promise<void> {
    await db.unitOfWork.run(async (tx) => {
      await sql(tx, 'SET LOCAL session_replication_role = replica');
      await sql(tx, 'SELECT verifier_api.remember_likeness($1, $2)', [id, embedding]);
    });
  }
});

/** The hash with its last `bits` bits turned over. */
function flipped(hex: string, bits: number): string {
  const bytes = Buffer.from(hex, 'hex');
  for (let bit = 256 - bits; bit < 256; bit++) bytes[bit >> 3]! ^= 0x80 >> (bit & 7);
  return bytes.toString('hex');
}
