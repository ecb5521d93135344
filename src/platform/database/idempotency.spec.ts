import { ManualClock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { type Command, KEY_TTL_MS, purgeIdempotencyKeys } from './idempotency.js';
import { sql, type Tx } from './sql.js';
import { UnitOfWork } from './unit-of-work.js';
import { sleep } from '../time.js';

const COMMAND: Command = {
  principal: 'agt_1',
  key: 'k',
  operation: 'POST /v1/things',
  body: { name: 'a', amount: 5n },
};

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('a command with an idempotency key', () => {
  const clock = new ManualClock(1_764_000_000_000);
  let db: TestDatabase;
  let unitOfWork: UnitOfWork;
  beforeAll(async () => {
    db = await testDatabase({ poolMax: 25 });
    unitOfWork = new UnitOfWork(db.dataSource, clock);
    await unitOfWork.run((tx) => sql(tx, 'CREATE TABLE effect (n int)'));
  });
  afterAll(() => db?.close());
  beforeEach(() => unitOfWork.run((tx) => sql(tx, 'TRUNCATE effect, idempotency_keys')));

  const effect = async (tx: Tx): Promise<{ z: number; a: string }> => {
    await sql(tx, 'INSERT INTO effect VALUES (1)');
    return { z: 1, a: 'first' };
  };
  const effects = async (): Promise<number> => (await unitOfWork.run((tx) => sql(tx, 'SELECT n FROM effect'))).length;

  it('has one effect and one answer under twenty concurrent duplicates', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => unitOfWork.once(COMMAND, effect)));
    expect(await effects()).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(answers.map(({ result }) => JSON.stringify(result)))).toEqual(new Set(['{"z":1,"a":"first"}']));
  });

  it('stays free when the work refuses, and waiting duplicates do it in its stead', async () => {
    let tries = 0;
    const refusedOnce = async (tx: Tx): Promise<unknown> => {
      await effect(tx);
      if (++tries === 1) throw new DomainError('insufficient_funds', 'not yet');
      return 'paid';
    };
    const answers = await Promise.allSettled([1, 2, 3].map(() => unitOfWork.once(COMMAND, refusedOnce)));
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await effects()).toBe(1);
    expect(await unitOfWork.once(COMMAND, effect)).toEqual({ result: 'paid', replayed: true });
  });

  it('gets its first answer also when what it asks beforehand refuses by now, and no other request under the key does', async () => {
    let open = true;
    const prepare = (): string => {
      if (open) return 'prepared';
      throw new DomainError('bounty_not_open', 'too late');
    };
    const work = async (tx: Tx, prepared: string) => ({ ...(await effect(tx)), prepared });
    const first = await unitOfWork.onceAfter(COMMAND, prepare, work);
    expect(first).toEqual({ result: { z: 1, a: 'first', prepared: 'prepared' }, replayed: false });
    open = false;
    expect(await unitOfWork.onceAfter(COMMAND, prepare, work)).toEqual({ ...first, replayed: true });
    const refused = (command: Command) => unitOfWork.onceAfter(command, prepare, work).catch((error: unknown) => (error as DomainError).code); // prettier-ignore
    expect(await refused({ ...COMMAND, body: { name: 'b' } })).toBe('idempotency_key_reused');
    expect(await refused({ ...COMMAND, key: 'new' })).toBe('bounty_not_open');
    expect(await effects()).toBe(1);
    clock.advance(KEY_TTL_MS);
    expect(await refused(COMMAND)).toBe('bounty_not_open');
  });

  it('waits for the same command that is under way before it is refused for what it asks beforehand', async () => {
    const [begun, go] = [gate(), gate()];
    const first = unitOfWork.onceAfter(COMMAND, () => null, async (tx) => {
      begun.open();
      await go.opened;
      return effect(tx);
    }); // prettier-ignore
    await begun.opened;
    const late = unitOfWork.onceAfter(COMMAND, () => Promise.reject(new DomainError('window_closed', 'too late')), effect);
    await sleep(50);
    go.open();
    expect(await late).toEqual({ ...(await first), replayed: true });
    expect(await effects()).toBe(1);
  }); // prettier-ignore

  it.each([
    ['a changed field', { name: 'a', amount: 6n }, 'amount'],
    ['a missing field', { amount: 5n }, 'name'],
    ['a field more', { name: 'a', amount: 5n, extra: null }, 'extra'],
    ['the earlier of two changes', { name: 'b', amount: 6n }, 'amount'],
  ])('refuses %s by name', async (_, body, param) => {
    await unitOfWork.once(COMMAND, effect);
    const reused = unitOfWork.once({ ...COMMAND, body }, effect);
    await expect(reused).rejects.toMatchObject({ code: 'idempotency_key_reused', facts: { param } });
    expect(await effects()).toBe(1);
  });

  it('takes fields in another order, and absent for undefined, as the same request', async () => {
    await unitOfWork.once(COMMAND, effect);
    const again = await unitOfWork.once({ ...COMMAND, body: { amount: 5n, name: 'a', note: undefined } }, effect);
    expect(again.replayed).toBe(true);
  });

  it('refuses the key for another operation', async () => {
    await unitOfWork.once(COMMAND, effect);
    const reused = unitOfWork.once({ ...COMMAND, operation: 'POST /v1/others' }, effect);
    await expect(reused).rejects.toMatchObject({ code: 'idempotency_key_reused' });
  });

  it('does not meet the same key of another principal', async () => {
    await unitOfWork.once(COMMAND, effect);
    expect((await unitOfWork.once({ ...COMMAND, principal: 'agt_2' }, effect)).replayed).toBe(false);
    expect(await effects()).toBe(2);
  });

  it('answers null for work that returns nothing', async () => {
    expect(await unitOfWork.once(COMMAND, () => Promise.resolve(undefined))).toEqual({ result: null, replayed: false });
    expect(await unitOfWork.once(COMMAND, effect)).toEqual({ result: null, replayed: true });
  });

  it('keeps the answer until the key expires, purged or not', async () => {
    await unitOfWork.once(COMMAND, effect);
    clock.advance(KEY_TTL_MS - 1);
    expect((await unitOfWork.once(COMMAND, effect)).replayed).toBe(true);
    expect(await unitOfWork.run((tx) => purgeIdempotencyKeys(tx, clock.now()))).toBe(0);
    clock.advance(1);
    expect((await unitOfWork.once(COMMAND, effect)).replayed).toBe(false);
    clock.advance(KEY_TTL_MS);
    expect(await unitOfWork.run((tx) => purgeIdempotencyKeys(tx, clock.now()))).toBe(1);
  });

  it('keeps neither the body nor a digest that another key would share', async () => {
    await unitOfWork.once(COMMAND, effect);
    await unitOfWork.once({ ...COMMAND, key: 'other' }, effect);
    const rows = await unitOfWork.run((tx) =>
      sql<{ fields: Record<string, string> }>(tx, 'SELECT fields FROM idempotency_keys'),
    );
    expect(JSON.stringify(rows)).not.toContain('"a"');
    expect(rows[0]!.fields['name']).not.toBe(rows[1]!.fields['name']);
  });
});
