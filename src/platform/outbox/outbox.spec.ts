import { randomUUID } from 'node:crypto';
import { ManualClock } from '../../kernel/clock.js';
import { eventually } from '../../../test/support/eventually.js';
import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { sql } from '../database/index.js';
import { sleep, SystemClock } from '../time.js';
import { Outbox, type OutboxEvent, OutboxRelay } from './index.js';

describe('the outbox', () => {
  const clock = new SystemClock();
  const outbox = new Outbox(clock);
  let db: TestDatabase;
  let relays: OutboxRelay[];
  let errors: unknown[];
  beforeAll(async () => (db = await testDatabase()));
  afterAll(() => db?.close());
  beforeEach(async () => {
    relays = [];
    errors = [];
    await db.unitOfWork.run((tx) => sql(tx, 'TRUNCATE outbox'));
  });
  afterEach(() => Promise.all(relays.map((relay) => relay.stop())));

  const newRelay = (options: { clock?: ManualClock } = {}): OutboxRelay => {
    const relay = new OutboxRelay({ url: db.url, clock, on_error: (error) => errors.push(error), ...options });
    relays.push(relay);
    return relay;
  };
  const append = (event: OutboxEvent, options = {}): Promise<string> =>
    db.unitOfWork.run((tx) => outbox.append(tx, event, options));
  const rows = (): Promise<{ id: string; sent_at: number | null; attempts: number; last_error: string | null }[]> =>
    db.unitOfWork.run((tx) => sql(tx, 'SELECT id, sent_at, attempts, last_error FROM outbox ORDER BY seq'));
  const allSent = async (): Promise<boolean> => (await rows()).every(({ sent_at }) => sent_at !== null);

  it('dispatches a committed event with its ids to every handler of its type', async () => {
    const seen: unknown[] = [];
    const relay = newRelay();
    relay.on('thing.made', async (event, id) => void seen.push(['first', event, id]));
    relay.on('thing.made', async (event, id) => void seen.push(['second', event, id]));
    relay.on('thing.lost', async () => void seen.push('never'));
    relay.start();
    const id = await append({ type: 'thing.made', thing_id: 'thg_1' });
    await eventually(async () => (await allSent()) && seen.length === 2);
    const event = { type: 'thing.made', thing_id: 'thg_1' };
    expect(seen).toEqual([['first', event, id], ['second', event, id]]); // prettier-ignore
  });

  it('never dispatches an event whose transaction rolled back', async () => {
    const seen: string[] = [];
    const relay = newRelay();
    relay.on('thing.made', async (_, id) => void seen.push(id));
    relay.start();
    const undone = db.unitOfWork.run(async (tx) => {
      await outbox.append(tx, { type: 'thing.made' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const id = await append({ type: 'thing.made' });
    await eventually(allSent);
    expect(seen).toEqual([id]);
  });

  it('wakes the relay of its own process after the commit, and not after a rollback', async () => {
    let wakes = 0;
    const waking = new Outbox(clock, () => wakes++);
    await db.unitOfWork.run(async (tx) => {
      await waking.append(tx, { type: 'thing.made' });
      expect(wakes).toBe(0);
    });
    expect(wakes).toBe(1);
    const undone = db.unitOfWork.run(async (tx) => {
      await waking.append(tx, { type: 'thing.made' });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(wakes).toBe(1);
  });

  it('keeps one row for an id that is appended twice', async () => {
    const id = randomUUID();
    await append({ type: 'thing.made' }, { id });
    await append({ type: 'thing.made' }, { id });
    expect(await rows()).toHaveLength(1);
  });

  it('dispatches each of 300 rows once between three relays when nothing crashes', async () => {
    const seen = new Map<string, number>();
    for (let n = 0; n < 3; n++) {
      const relay = newRelay();
      relay.on('thing.made', async (_, id) => void seen.set(id, (seen.get(id) ?? 0) + 1));
      relay.start();
    }
    await Promise.all(
      Array.from({ length: 30 }, () =>
        db.unitOfWork.run(async (tx) => {
          for (let n = 0; n < 10; n++) await outbox.append(tx, { type: 'thing.made', n });
        }),
      ),
    );
    await eventually(allSent);
    expect(seen.size).toBe(300);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
  });

  it('handles what concerns one bounty one after another, however long each takes', async () => {
    for (let n = 0; n < 24; n++) await append({ type: 'thing.made', bounty_id: `bty_${n % 2}`, n });
    const ended: Record<string, number[]> = {};
    const relay = newRelay();
    relay.on('thing.made', async (event) => {
      const n = Number(event['n']);
      await sleep(n < 4 ? 40 : 1);
      (ended[String(event.bounty_id)] ??= []).push(n);
    });
    await relay.drain();
    const everySecondFrom = (first: number): number[] => Array.from({ length: 12 }, (_, i) => first + 2 * i);
    expect(ended).toEqual({ bty_0: everySecondFrom(0), bty_1: everySecondFrom(1) });
  });

  it('starts the rows of a batch in the order of their commits', async () => {
    for (let n = 0; n < 40; n++) await append({ type: 'thing.made', n });
    const seen: unknown[] = [];
    const relay = newRelay();
    relay.on('thing.made', async (event) => void seen.push(event['n']));
    expect(await relay.drain()).toBe(40);
    expect(seen).toEqual(Array.from({ length: 40 }, (_, n) => n));
  });

  it('delivers again what a relay had dispatched but not marked when its connection was cut', async () => {
    const seen: string[] = [];
    const dying = newRelay();
    const killRelays = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'groundtruth-outbox' AND datname = current_database()`;
    dying.on('thing.made', async (_, id) => {
      seen.push(id);
      if (seen.length === 1) await db.unitOfWork.run((tx) => sql(tx, killRelays));
    });
    dying.start();
    const id = await append({ type: 'thing.made' });
    await eventually(allSent);
    expect(seen).toEqual([id, id]);
    expect(errors).not.toHaveLength(0);
  });

  it('keeps a failed row with its error and tries it again later and later', async () => {
    const manual = new ManualClock(clock.now());
    const relay = newRelay({ clock: manual });
    let failing = true;
    relay.on('thing.made', () => (failing ? Promise.reject(new Error('no luck')) : Promise.resolve()));
    await append({ type: 'thing.made' });
    for (let attempts = 1; attempts <= 3; attempts++) {
      manual.advance(10 * 60_000);
      expect(await relay.drain()).toBe(1);
      expect(await relay.drain()).toBe(0);
      expect(await rows()).toMatchObject([{ sent_at: null, attempts, last_error: 'Error: no luck' }]);
    }
    failing = false;
    manual.advance(10 * 60_000);
    await relay.drain();
    expect(await rows()).toMatchObject([{ sent_at: manual.now(), attempts: 4, last_error: null }]);
    expect(errors).toHaveLength(3);
  });

  it('does not lose an event of a type it has no handler for', async () => {
    const relay = newRelay();
    await append({ type: 'thing.unheard' });
    await relay.drain();
    expect(await rows()).toMatchObject([{ sent_at: null, last_error: expect.stringContaining('thing.unheard') }]);
  });

  it('holds an event back until it is available', async () => {
    const manual = new ManualClock(clock.now());
    const seen: string[] = [];
    const relay = newRelay({ clock: manual });
    relay.on('thing.due', async (_, id) => void seen.push(id));
    await append({ type: 'thing.due' }, { available_at: manual.now() + 60_000 });
    manual.advance(59_999);
    expect(await relay.drain()).toBe(0);
    manual.advance(1);
    expect(await relay.drain()).toBe(1);
    expect(seen).toHaveLength(1);
  });

  it('finishes the batch in progress when it is stopped', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let started = false;
    const relay = newRelay();
    relay.on('thing.slow', async () => ((started = true), held));
    relay.start();
    await append({ type: 'thing.slow' });
    await eventually(() => started);
    const stopped = relay.stop();
    release();
    await stopped;
    expect(await allSent()).toBe(true);
  });

  it('forgets sent rows when told, and no others', async () => {
    const relay = newRelay();
    relay.on('thing.made', () => Promise.resolve());
    await append({ type: 'thing.made' });
    await relay.drain();
    await append({ type: 'thing.made' });
    expect(await db.unitOfWork.run((tx) => outbox.purgeSent(tx, clock.now() + 1))).toBe(1);
    expect(await rows()).toMatchObject([{ sent_at: null }]);
  });
});
