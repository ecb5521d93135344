import { ManualClock } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import { sql } from '../platform/database/index.js';
import { testDatabase, type TestDatabase } from '../../test/support/postgres.js';
import { digestOf } from './digests.js';
import { gateOf } from './gate.fixture.js';
import type { PolicyGate } from './policy.service.js';
import { circle, harbour, NOW, PACK, payment } from './subjects.fixture.js';

const OPERATOR = 'opr_0190f3c2a1b07c3d8e4f5a6b7c8d9e0f';
let db: TestDatabase;
let gate: PolicyGate;
const clock = new ManualClock(NOW);

beforeAll(async () => {
  db = await testDatabase();
  gate = gateOf(db.unitOfWork, clock).gate;
});
afterAll(() => db.close());

const stored = (subject_id: string) =>
  db.unitOfWork.run((tx) => sql(tx, 'SELECT * FROM policy_decision WHERE subject_id = $1 ORDER BY seq', [subject_id]));
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as DomainError,
  );
const suspend = (lat: number, lng: number) =>
  db.unitOfWork.run((tx) => gate.suspend(tx, circle(lat, lng, 1_000), 'riot nearby', OPERATOR));

describe('the policy gate', () => {
  it('stores what it allows, with the version of the pack and a digest of what was judged', async () => {
    const subject = harbour({ id: 'bty_allowed' });
    const decision = await gate.check('publish', subject);
    expect(decision.outcome).toBe('allow');
    expect(await stored('bty_allowed')).toMatchObject([
      {
        stage: 'publish',
        mode: 'test',
        outcome: 'allow',
        rule: null,
        pack_version: PACK.version,
        decided_at: NOW,
        hold_until: null,
        subject_sha256: Buffer.from(digestOf(subject)),
      },
    ]);
  });

  it('refuses with the rule and our own words, and keeps the refusal', async () => {
    const work = gate.check('publish', harbour({ id: 'bty_refused', title: 'Kids at the zebra crossing' }));
    const error = await refusalOf(work);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: 'policy_refused', status: 451 });
    expect(error!.facts).toMatchObject({ rule: 'minors', pack_version: PACK.version });
    expect(`${error!.detail}${JSON.stringify(error!.facts)}`).not.toContain('zebra');
    expect(await stored('bty_refused')).toMatchObject([{ outcome: 'refuse', rule: 'minors' }]);
  });

  it('lets nothing pass that is held, and keeps until when', async () => {
    const error = await refusalOf(gate.check('publish', harbour({ id: 'bty_held', title: '港' })));
    expect(error).toMatchObject({ code: 'policy_held', status: 451 });
    const [row] = await stored('bty_held');
    expect(row).toMatchObject({ outcome: 'hold', rule: 'unreadable_text', hold_until: NOW + 86_400_000 });
  });

  it('answers instead of throwing when it is only asked, in the transaction of the asker', async () => {
    const subject = harbour({ id: 'agt_asks', title: 'Military base' });
    const decision = await db.unitOfWork.run((tx) => gate.look(tx, 'quote', subject));
    expect(decision).toMatchObject({ outcome: 'refuse', rule: 'military' });
    expect(await stored('agt_asks')).toHaveLength(1);
    const undone = db.unitOfWork.run(async (tx) => {
      await gate.look(tx, 'quote', subject);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await stored('agt_asks')).toHaveLength(1);
  });

  it('holds live money while there is no sanctions list, without end', async () => {
    const look = (mode: 'test' | 'live', id: string) =>
      db.unitOfWork.run((tx) => gate.look(tx, 'release', payment({ id, mode })));
    expect(await look('test', 'cap_test')).toMatchObject({ outcome: 'allow' });
    expect(await look('live', 'cap_live')).toMatchObject({ outcome: 'hold', rule: 'sanctions_list_stale' });
    expect(await stored('cap_live')).toMatchObject([{ outcome: 'hold', hold_until: null }]);
  });

  it('screens with the list that the caller has', async () => {
    const sanctions = { as_of: NOW, ids: [], names: [], wallets: [] };
    const decision = await gate.check('payout', payment({ id: 'pay_1' }), { sanctions });
    expect(decision.outcome).toBe('allow');
  });

  it('keeps what was found in a heated crowd from others for an hour, and nothing else', () => {
    expect(gate.publishDelayS(harbour({ title: 'How large is the demonstration?' }))).toBe(3_600);
    expect(gate.publishDelayS(harbour())).toBe(0);
  });

  it('keeps decisions as they were made', async () => {
    await gate.check('publish', harbour({ id: 'bty_kept' }));
    const change = (text: string) => db.unitOfWork.run((tx) => sql(tx, text));
    await expect(change(`UPDATE policy_decision SET outcome = 'allow'`)).rejects.toThrow('append-only');
    await expect(change('DELETE FROM policy_decision')).rejects.toThrow('append-only');
    expect(await stored('bty_kept')).toHaveLength(1);
  });
});

describe('a suspended area', () => {
  it('refuses work from its suspension until it is lifted', async () => {
    const area = circle(10, 10);
    const id = await suspend(10.005, 10);
    for (const stage of ['quote', 'publish', 'reserve', 'capture'] as const) {
      const error = await refusalOf(gate.check(stage, harbour({ area })));
      expect(error).toMatchObject({ code: 'policy_refused', facts: { rule: 'area_suspended' } });
      expect(JSON.stringify(error!.facts)).not.toContain('riot');
    }
    await db.unitOfWork.run((tx) => gate.lift(tx, id));
    expect((await gate.check('publish', harbour({ area }))).outcome).toBe('allow');
  });

  it('stays suspended while another suspension covers it', async () => {
    const area = circle(20, 20);
    const [first, second] = [await suspend(20, 20), await suspend(20.001, 20)];
    await db.unitOfWork.run((tx) => gate.lift(tx, first));
    expect((await refusalOf(gate.check('reserve', harbour({ area }))))!.code).toBe('policy_refused');
    await db.unitOfWork.run((tx) => gate.lift(tx, second));
    expect((await gate.check('reserve', harbour({ area }))).outcome).toBe('allow');
  });

  it('can be lifted again without effect; an unknown one does not exist', async () => {
    const id = await suspend(30, 30);
    const lift = (which: string) => db.unitOfWork.run((tx) => gate.lift(tx, which));
    const liftedAt = async () =>
      (await db.unitOfWork.run((tx) => sql(tx, 'SELECT lifted_at FROM policy_suspended_area WHERE id = $1', [id])))[0];
    await lift(id);
    const first = await liftedAt();
    clock.advance(5_000);
    await lift(id);
    expect(await liftedAt()).toEqual(first);
    await expect(lift('sus_0190f3c2a1b07c3d8e4f5a6b7c8d9e0f')).rejects.toMatchObject({ code: 'not_found' });
  });
});
