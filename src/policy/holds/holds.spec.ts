import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import type { Principal } from '../../identity/index.js';
import { ManualClock, seconds } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError } from '../../kernel/problem.js';
import type { Command } from '../../platform/database/index.js';
import { gateOf } from '../gate.fixture.js';
import type { BountySubject, CaptureSubject } from '../stages.js';
import { circle, harbour, NOW, payment } from '../subjects.fixture.js';
import { POLICY_HOLD_TRANSITIONS } from './hold.machine.js';

const OPERATOR: Principal = {
  id: 'opr_0190f3c2a1b07c3d8e4f5a6b7c8d9e0f', role: 'operator', mode: 'test', name: 'operator', scopes: ['admin'],
} as unknown as Principal; // prettier-ignore
const MINSK = circle(53.9006, 27.559);
let db: TestDatabase;
let clock: ManualClock;
let desk: ReturnType<typeof gateOf>;

beforeAll(async () => {
  db = await testDatabase();
  clock = new ManualClock(NOW);
  desk = gateOf(db.unitOfWork, clock);
});
afterAll(() => db.close());

const terms = (change: Partial<CaptureSubject> = {}): CaptureSubject =>
  harbour({ id: mintId('bounty'), requester_id: mintId('agent'), area: MINSK, ...change });
const again = (subject: BountySubject, change: Partial<BountySubject> = {}) => ({
  ...subject,
  id: mintId('bounty'),
  ...change,
});
const asked = async (subject: BountySubject): Promise<DomainError | null> => {
  try {
    await desk.gate.check('publish', subject);
    return null;
  } catch (error) {
    return error as DomainError;
  }
};
const held = async (subject: BountySubject): Promise<string> => String((await asked(subject))!.facts.hold_id);
let commands = 0;
const command = (): Command => ({
  principal: OPERATOR.id,
  key: `key ${++commands}`,
  operation: 'decide_policy_hold',
  body: {},
});
const decide = (id: string, decision: 'allow' | 'refuse', caller = OPERATOR) =>
  desk.holds.decide(command(), caller, id, { decision, reason: 'looked at it' });
const list = (state?: 'waiting' | 'lapsed') => desk.holds.list(OPERATOR, { state, limit: 100 });

describe('a hold', () => {
  it('waits for an operator, who sees what is judged, and until when', async () => {
    const subject = terms({ title: 'Trams at the square' });
    const error = await asked(subject);
    expect(error).toMatchObject({ code: 'policy_held', facts: { rule: 'jurisdiction_belarus' } });
    expect(error!.facts.deadline_at).toBe(new Date(NOW + 86_400_000).toISOString());
    expect((await list('waiting')).data[0]).toMatchObject({
      id: error!.facts.hold_id,
      state: 'waiting',
      stage: 'publish',
      rule: 'jurisdiction_belarus',
      deadline_at: error!.facts.deadline_at,
      on_silence: expect.stringContaining('refused'),
      subject: { title: 'Trams at the square', price_micros: '5000000' },
      untrusted_fields: ['subject'],
      decided_by: null,
    });
  });

  it('is one for the same request however often it is asked, and keeps its first deadline', async () => {
    const subject = terms();
    const [first, second] = [await held(subject), await held(again(subject, { window: { closes_at: NOW + 9e7 } }))];
    expect(second).toBe(first);
  });

  it('once allowed lets the repeat pass, and those who fulfil it; not another price, requester or capture elsewhere', async () => {
    const subject = terms();
    const { result } = await decide(await held(subject), 'allow');
    expect(result).toMatchObject({
      state: 'allowed',
      decided_by: OPERATOR.id,
      reason: 'looked at it',
      available_actions: [],
    });
    expect(await asked(again(subject, { window: { closes_at: NOW + 9e7 } }))).toBeNull();
    const work = { ...subject, contributor: { id: 'ctr_1', adult_attested: true } };
    expect((await desk.gate.check('reserve', work)).outcome).toBe('allow');
    expect((await desk.gate.check('capture', { ...work, place: { lat: 53.9006, lng: 27.559 } })).outcome).toBe('allow');
    await expect(desk.gate.check('capture', { ...work, place: { lat: 32.0853, lng: 34.7818 } })).rejects.toMatchObject({ code: 'policy_held', facts: { rule: 'jurisdiction_israel' } }); // prettier-ignore
    for (const other of [{ price_micros: 5_000_001n }, { requester_id: mintId('agent') }, { title: 'Other words' }])
      expect((await asked(again(subject, other)))?.code).toBe('policy_held');
  });

  it('opens every question at once, and passes when all are allowed', async () => {
    const subject = terms({ instructions: '港' });
    const error = await asked(subject);
    const waiting = (await list('waiting')).data.filter(({ subject_id }) => subject_id === subject.id);
    expect(waiting.map(({ rule }) => rule).sort()).toEqual(['jurisdiction_belarus', 'unreadable_text']);
    for (const { id } of waiting) await decide(id, 'allow');
    expect(error!.code).toBe('policy_held');
    expect(await asked(again(subject))).toBeNull();
  });

  it('once refused refuses the repeat, with our words alone', async () => {
    const subject = terms();
    await decide(await held(subject), 'refuse');
    const error = await asked(again(subject));
    expect(error).toMatchObject({ code: 'policy_refused', facts: { rule: 'jurisdiction_belarus' } });
    expect(JSON.stringify(error!.facts)).not.toContain('looked at it');
  });

  it('that nobody answers is a refusal from its deadline on, and lapses; a day later it can be asked anew', async () => {
    const subject = terms();
    const id = await held(subject);
    clock.advance(seconds(86_400) - 1);
    expect((await asked(again(subject)))!.code).toBe('policy_held');
    clock.advance(1);
    expect((await asked(again(subject)))!.code).toBe('policy_refused');
    await expect(decide(id, 'allow')).rejects.toMatchObject({ code: 'policy_hold_state', facts: { state: 'lapsed' } });
    await desk.holds.pass();
    expect((await list('lapsed')).data.find((hold) => hold.id === id)).toMatchObject({
      state: 'lapsed',
      decided_by: null,
    });
    expect((await asked(again(subject)))!.code).toBe('policy_refused');
    clock.advance(seconds(86_400));
    expect(await held(again(subject))).not.toBe(id);
  });

  it('allowed is held anew when its time is over', async () => {
    const subject = terms();
    await decide(await held(subject), 'allow');
    clock.advance(seconds(35 * 86_400) - 1);
    expect(await asked(again(subject))).toBeNull();
    clock.advance(1);
    expect((await asked(again(subject)))!.code).toBe('policy_held');
  });

  it('is answered once, and only by an operator of its mode', async () => {
    const id = await held(terms());
    await expect(decide(id, 'allow', { ...OPERATOR, mode: 'live' })).rejects.toMatchObject({ code: 'not_found' });
    const answers = await Promise.allSettled([decide(id, 'allow'), decide(id, 'refuse')]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(decide(id, 'refuse')).rejects.toMatchObject({ code: 'policy_hold_state' });
  });

  it('of a quote asks no operator', async () => {
    const subject = terms();
    const decision = await db.unitOfWork.run((tx) => desk.gate.look(tx, 'quote', subject));
    expect(decision.outcome).toBe('hold');
    expect((await list()).data.filter(({ subject_id }) => subject_id === subject.id)).toEqual([]);
  });
});

describe('owed money that is held', () => {
  const look = (as_of: number, ids: readonly string[], names: readonly string[] = []) =>
    db.unitOfWork.run((tx) =>
      desk.gate.look(tx, 'payout', payment({ id: 'pyt_1', parties: [{ id: 'ctr_held', name: 'Jane Doe' }] }), {
        sanctions: { as_of, ids, names, wallets: [] },
      }),
    );

  it('has no deadline, stays held when refused, and moves when allowed; another match is another question', async () => {
    const live = { ...OPERATOR, mode: 'live' as const };
    const waiting = async () => (await desk.holds.list(live, { state: 'waiting', limit: 100 })).data;
    const now = clock.now();
    expect(await look(now, ['ctr_held'])).toMatchObject({ outcome: 'hold', rule: 'sanctioned_party' });
    const [first] = await waiting();
    expect(first).toMatchObject({ about: '0:id', deadline_at: null, on_silence: expect.stringContaining('owed') });
    clock.advance(seconds(30 * 86_400));
    await desk.holds.pass();
    expect(await waiting()).toHaveLength(1);
    await decide(first!.id, 'refuse', live);
    expect((await look(clock.now(), ['ctr_held'])).outcome).toBe('hold');
    expect((await look(clock.now(), [], ['Doe, Jane'])).outcome).toBe('hold');
    const named = (await waiting()).find(({ about }) => about === '0:name')!;
    await decide(named.id, 'allow', live);
    expect((await look(clock.now(), [], ['Doe, Jane'])).outcome).toBe('allow');
    expect((await look(clock.now(), ['ctr_held'], ['Doe, Jane'])).outcome).toBe('hold');
  });

  it('cannot be let go by an operator while the list is stale', async () => {
    expect(await look(0, [])).toMatchObject({ outcome: 'hold', rule: 'sanctions_list_stale' });
    const { data } = await desk.holds.list({ ...OPERATOR, mode: 'live' }, { limit: 100 });
    expect(data.map(({ rule }) => rule)).not.toContain('sanctions_list_stale');
  });
});

describe('the states of a hold', () => {
  it('end where they were answered', () => {
    expect(Object.keys(POLICY_HOLD_TRANSITIONS.waiting)).toEqual(['allow', 'refuse', 'lapse']);
    for (const state of ['allowed', 'refused', 'lapsed'] as const) expect(POLICY_HOLD_TRANSITIONS[state]).toEqual({});
  });
});
