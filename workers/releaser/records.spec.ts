import { sql, sqlOne } from '../../src/platform/database/index.js';
import { closeEntry, insertBatch, insertEntry, settleInto, withoutKeys, type BareEntry } from './bare-entry.fixture.js';
import { releaserDatabase, type ReleaserDatabase } from './database.fixture.js';
import { AGREED, OWN } from './facts.fixture.js';
import { batchFactsSchema, closingFactsSchema, releaseFactsSchema } from './facts.js';
import { PAGE, ReleaserRecords, type ReleaseRow } from './records.js';
import { batchRefusal, closingRefusal, releaseRefusal } from './release.rules.js';

const SIGNATURE = `0x${'ab'.repeat(65)}`;
const OTHER = `0x${'cd'.repeat(65)}`;

describe('the releaser in the database', () => {
  let world: ReleaserDatabase;
  let records: ReleaserRecords;
  beforeAll(async () => {
    world = await releaserDatabase();
    records = new ReleaserRecords(world.unitOfWork);
  });
  afterAll(() => world?.close());
  beforeEach(() =>
    withoutKeys(world.db.unitOfWork, async (tx) => {
      for (const table of ['release', 'release_batch', 'escrow_entry', 'capture', 'reservation', 'bounty', 'dispute'])
        await sql(tx, `DELETE FROM ${table}`);
    }),
  );
  const change = (text: string, params: unknown[] = []) =>
    withoutKeys(world.db.unitOfWork, (tx) => sql(tx, text, params));
  const dueOf = async (entry: BareEntry): Promise<ReleaseRow | null> =>
    (await records.releasesDue(null)).find((row) => row.entry === entry.id) ?? null;

  it('is handed the first unsigned release of each entry, with facts that are in order', async () => {
    const entry = await insertEntry(world.db.unitOfWork, AGREED, ['present', 'absent', 'present']);
    for (const capture_id of entry.captures) {
      const due = (await dueOf(entry))!;
      expect(due.capture_id).toBe(capture_id);
      expect(releaseRefusal(releaseFactsSchema.parse(due.facts), OWN)).toBeNull();
      expect(await records.signRelease(due, SIGNATURE)).toBe(true);
    }
    expect(await dueOf(entry)).toBeNull();
  });

  it.each([
    [`UPDATE capture SET state = 'accepted', paid = NULL WHERE id = $1`, 'not_settled'],
    [`UPDATE capture SET finding = 'absent' WHERE id = $1`, 'amount_differs'],
    [`UPDATE capture SET mode = 'live' WHERE id = $1`, 'other_mode'],
    [`UPDATE capture SET salt = repeat('00', 32) WHERE id = $1`, 'commitment_differs'],
    [`UPDATE release SET amount = amount + 1 WHERE capture_id = $1`, 'amount_differs'],
    [`UPDATE release SET fee = 0 WHERE capture_id = $1`, 'fee_differs'],
    [`UPDATE release SET pay_to = '0x' || repeat('9', 40) WHERE capture_id = $1`, 'payee_differs'],
    [`UPDATE release SET paid_before = paid_before + 1 WHERE capture_id = $1`, 'paid_before_differs'],
    [`UPDATE release SET seq = 7 WHERE capture_id = $1`, 'not_consecutive'],
    [
      `UPDATE reservation SET payout_to = NULL FROM capture c WHERE c.reservation_id = reservation.id AND c.id = $1`,
      'payee_differs',
    ],
    [
      `INSERT INTO dispute (id, mode, capture_id, bounty_id, side, opened_by, state, reason_code, text, decide_by, finding, funding,
                            decision_reason, created_at, decided_at)
       VALUES ('dsp_1', 'test', $1, '', 'contributor', '', 'upheld', '', '', now(), 'present', 'loss_reserve', '', now(), now())`,
      'not_from_entry',
    ],
  ])('reads the tables, not only the release: %s', async (tamper, refusal) => {
    const entry = await insertEntry(world.db.unitOfWork, AGREED, ['present']);
    await change(tamper, entry.captures);
    const due = (await dueOf(entry))!;
    expect(releaseRefusal(releaseFactsSchema.parse(due.facts), OWN)).toBe(refusal);
  });

  it('writes a signature once: the same again changes nothing, another is refused, and so is what is none', async () => {
    const entry = await insertEntry(world.db.unitOfWork, AGREED, ['present', 'present']);
    const due = (await dueOf(entry))!;
    await expect(records.signRelease(due, '0x12')).rejects.toThrow(/not a signature/);
    expect(await records.signRelease(due, SIGNATURE)).toBe(true);
    expect(await records.signRelease(due, SIGNATURE)).toBe(false);
    await expect(records.signRelease(due, OTHER)).rejects.toThrow(/another signature/);
    await expect(records.signRelease({ ...due, capture_id: 'cap_none' }, OTHER)).rejects.toThrow(/no rows/);
  });

  it('is handed a batch once all its releases are signed', async () => {
    const { unitOfWork } = world.db;
    const entry = await insertEntry(unitOfWork, AGREED, ['present', 'absent', 'present']);
    await withoutKeys(unitOfWork, (tx) => insertBatch(tx, entry, 1, 2));
    for (let due = await dueOf(entry); due; due = await dueOf(entry)) {
      expect(await records.batchesDue(null)).toEqual([]);
      await records.signRelease(due, SIGNATURE);
    }
    const [batch] = await records.batchesDue(null);
    const facts = batchFactsSchema.parse(batch!.facts);
    expect(facts.members.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(batchRefusal(facts, OWN)).toBeNull();
    expect(await records.batchesDue(batch!)).toEqual([]);
    expect(await records.signBatch(batch!, SIGNATURE)).toBe(true);
    expect(await records.signBatch(batch!, SIGNATURE)).toBe(false);
    await expect(records.signBatch(batch!, OTHER)).rejects.toThrow(/another signature/);
    expect(await records.batchesDue(null)).toEqual([]);
  });

  it.each([
    ['SELECT $1::text', null],
    [`UPDATE bounty SET state = 'closing' WHERE id = $1`, 'still_open'],
    [`UPDATE bounty SET reserved = 1 WHERE id = $1`, 'still_open'],
    [`UPDATE bounty SET appeals = 1 WHERE id = $1`, 'still_open'],
    [`UPDATE bounty SET appealable_until = now() + interval '1 day' WHERE id = $1`, 'still_open'],
    [`UPDATE reservation SET state = 'active' WHERE bounty_id = $1`, 'still_open'],
    [`UPDATE capture SET state = 'review', paid = NULL, review_route = 'operator' WHERE bounty_id = $1`, 'still_open'],
    [`UPDATE capture SET state = 'accepted', paid = NULL WHERE bounty_id = $1`, 'still_open'],
    [`DELETE FROM release USING bounty WHERE bounty.id = $1`, 'still_open'],
    [`UPDATE release SET signature = NULL FROM bounty WHERE bounty.id = $1`, 'still_open'],
    [`UPDATE escrow_entry SET ordered = ordered - 1, owed_total = owed_total - 1 WHERE bounty_id = $1`, 'owed_differs'],
  ])('judges the end of an entry by what is open: %s', async (tamper, refusal) => {
    const { unitOfWork } = world.db;
    const entry = await insertEntry(unitOfWork, AGREED, ['present']);
    await records.signRelease((await dueOf(entry))!, SIGNATURE);
    expect(await records.closingsDue(null)).toEqual([]);
    await withoutKeys(unitOfWork, (tx) => closeEntry(tx, entry));
    await change(tamper, [entry.bounty_id]);
    const [due] = await records.closingsDue(null);
    expect(closingRefusal(closingFactsSchema.parse(due!.facts), OWN, Date.now())).toBe(refusal);
  });

  it('writes a closing signature once, and only over what is still owed', async () => {
    const { unitOfWork } = world.db;
    const entry = await insertEntry(unitOfWork, AGREED, ['present']);
    await withoutKeys(unitOfWork, (tx) => closeEntry(tx, entry));
    const [due] = await records.closingsDue(null);
    const { owed_total } = closingFactsSchema.parse(due!.facts);
    expect(await records.signClosing(due!, owed_total + 1n, SIGNATURE)).toBe(false);
    expect(await records.signClosing(due!, owed_total, SIGNATURE)).toBe(true);
    expect(await records.signClosing(due!, owed_total, SIGNATURE)).toBe(false);
    await expect(records.signClosing(due!, owed_total, OTHER)).rejects.toThrow(/another signature/);
    expect(await records.closingsDue(null)).toEqual([]);
  });

  it('turns pages, so that what is refused hides nothing', async () => {
    const { unitOfWork } = world.db;
    const ids = new Set<string>();
    for (let i = 0; i < PAGE + 1; i++) ids.add((await insertEntry(unitOfWork, AGREED, ['present'])).id);
    const page = await records.releasesDue(null);
    const rest = await records.releasesDue(page.at(-1)!);
    expect([page.length, rest.length]).toEqual([PAGE, 1]);
    expect(new Set([...page, ...rest].map(({ entry }) => entry))).toEqual(ids);
  });

  it('gives amounts beyond what a JSON number holds', async () => {
    const agreed = { ...AGREED, price: 9_007_199_254_740_993n };
    const { unitOfWork } = world.db;
    const entry = await insertEntry(unitOfWork, agreed, ['present']);
    await withoutKeys(unitOfWork, (tx) => settleInto(tx, entry, agreed, 'present'));
    await records.signRelease((await dueOf(entry))!, SIGNATURE);
    const facts = releaseFactsSchema.parse((await dueOf(entry))!.facts);
    expect([facts.amount, releaseRefusal(facts, OWN)]).toEqual([9_007_199_254_740_993n, null]);
  });

  it('may read and write no table, and execute nothing but its eight functions', async () => {
    const run = (text: string) => world.unitOfWork.run((tx) => sql(tx, text));
    const { rows } = await world.db.unitOfWork.run(async (tx) => ({
      rows: await sql<{ name: string }>(
        tx,
        `SELECT schemaname || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
      ),
    }));
    expect(rows.map(({ name }) => name)).toContain('public.release');
    for (const { name } of rows) {
      for (const text of [`SELECT FROM ${name}`, `DELETE FROM ${name}`])
        await expect(run(text)).rejects.toMatchObject({ code: '42501' });
    }
    const allowed = await world.db.unitOfWork.run((tx) =>
      sqlOne<{ names: string[] }>(
        tx,
        `SELECT array_agg(p.proname::text ORDER BY p.proname) AS names FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
          WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_schema_privilege('releaser', n.oid, 'USAGE')
            AND has_function_privilege('releaser', p.oid, 'EXECUTE')`,
      ),
    );
    const due = ['batches_due', 'closings_due', 'releases_due', 'roots_due'];
    const sign = ['sign_batch', 'sign_closing', 'sign_release', 'sign_root'];
    expect(allowed!.names).toEqual([...due, ...sign]);
    for (const text of [
      `SELECT verifier_api.recorded_decision('cap_1')`,
      `SELECT releaser_api.keep_signature(NULL, '${SIGNATURE}')`,
      'CREATE TABLE releaser_api.mine (n int)',
      'CREATE TABLE public.mine (n int)',
    ])
      await expect(run(text)).rejects.toMatchObject({ code: '42501' });
  });
});
