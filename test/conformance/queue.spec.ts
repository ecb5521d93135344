import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { BullmqQueue, type Queue, type QueueConnection, type ReceivedJob } from '../../src/platform/queue/index.js';
import { eventually } from '../support/eventually.js';
import { testDatabase, type TestDatabase } from '../support/postgres.js';

const redis_url = process.env['TEST_REDIS_URL'];
if (!redis_url) process.stderr.write('skipped: the queue on Redis, since TEST_REDIS_URL is not set\n');

const BACKENDS = ['Postgres', ...(redis_url ? ['Redis'] : [])];

describe.each(BACKENDS)('a queue on %s', (backend) => {
  let db: TestDatabase | undefined;
  let connection: QueueConnection;
  let queue: Queue;
  let name: string;
  let errors: unknown[];
  const open: Queue[] = [];
  beforeAll(async () => {
    if (backend === 'Postgres') db = await testDatabase();
    connection = db ? { postgres_url: db.url } : { redis_url: redis_url! };
  });
  afterAll(() => db?.close());
  beforeEach(() => {
    name = `test-${randomUUID()}`;
    errors = [];
    queue = another();
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });

  function another(): Queue {
    // A lock that no busy machine outlives: a worker that is only late must not pass for a killed one. That of a killed one is its own.
    const made = new BullmqQueue(connection, { lock_ms: 60_000, stalled_ms: 200 });
    open.push(made);
    return made;
  }

  /** A worker that keeps what it got. */
  async function collect(concurrency = 1, on: Queue = queue): Promise<ReceivedJob[]> {
    const got: ReceivedJob[] = [];
    await on.work(name, async (job) => void got.push(job), { concurrency, on_error: (error) => errors.push(error) });
    return got;
  }

  const idle = async (): Promise<boolean> => {
    const { waiting, active, delayed } = await queue.counts(name);
    return waiting + active + delayed === 0;
  };

  it('hands a job with its payload to a worker', async () => {
    const got = await collect();
    await queue.add(name, { id: 'cap_1', payload: { capture_id: 'cap_1', nested: [1, null, 'ü'] } });
    await eventually(() => got.length === 1);
    expect(got).toEqual([{ id: 'cap_1', payload: { capture_id: 'cap_1', nested: [1, null, 'ü'] }, attempt: 1 }]);
  });

  it('keeps jobs for a worker that comes later', async () => {
    for (const id of ['a', 'b', 'c']) await queue.add(name, { id, payload: id });
    expect(await queue.counts(name)).toEqual({ waiting: 3, active: 0, delayed: 0, failed: 0 });
    const got = await collect();
    await eventually(() => got.length === 3);
    expect(got.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  it('takes an id once, while it waits and after it has finished', async () => {
    await Promise.all([1, 2, 3].map(() => queue.add(name, { id: 'once', payload: 1 })));
    const got = await collect();
    await eventually(async () => got.length === 1 && (await idle()));
    await queue.add(name, { id: 'once', payload: 2 });
    await queue.add(name, { id: 'last', payload: 3 });
    await eventually(() => got.some(({ id }) => id === 'last'));
    expect(got.map(({ payload }) => payload)).toEqual([1, 3]);
  });

  it('takes an ended id again when asked, but never one that still waits', async () => {
    const got = await collect();
    await queue.add(name, { id: 'swept', payload: 1 }, { again: true });
    await eventually(async () => got.length === 1 && (await idle()));
    await queue.add(name, { id: 'swept', payload: 2 }, { again: true });
    await eventually(() => got.length === 2);
    await queue.add(name, { id: 'later', payload: 3 }, { delay_ms: 60_000 });
    await queue.add(name, { id: 'later', payload: 4 }, { again: true });
    await queue.add(name, { id: 'last', payload: 5 });
    await eventually(() => got.length === 3);
    expect(got.map(({ payload }) => payload)).toEqual([1, 2, 5]);
  });

  it('tries a failing job again and keeps it as failed when its tries are used up', async () => {
    const attempts: number[] = [];
    const fail = async (job: ReceivedJob): Promise<void> => {
      attempts.push(job.attempt);
      throw new Error('no luck');
    };
    await queue.work(name, fail, { concurrency: 1, on_error: (error) => errors.push(error) });
    await queue.add(name, { id: 'bad', payload: null }, { attempts_max: 2 });
    await eventually(async () => (await queue.counts(name)).failed === 1);
    expect(attempts).toEqual([1, 2]);
    await eventually(() => errors.length === 2);
    await queue.add(name, { id: 'bad', payload: null }, { attempts_max: 1, again: true });
    await eventually(() => attempts.length === 3);
  });

  it('hands sooner priorities out first', async () => {
    await queue.add(name, { id: 'p9', payload: null }, { priority: 9 });
    await queue.add(name, { id: 'p1', payload: null }, { priority: 1 });
    await queue.add(name, { id: 'p5', payload: null }, { priority: 5 });
    const got = await collect();
    await eventually(() => got.length === 3);
    expect(got.map(({ id }) => id)).toEqual(['p1', 'p5', 'p9']);
  });

  it('gives each of 100 jobs to one of two workers', async () => {
    const first = await collect(5);
    const second = await collect(5, another());
    await Promise.all(Array.from({ length: 100 }, (_, n) => queue.add(name, { id: `job-${n}`, payload: n })));
    await eventually(() => first.length + second.length >= 100);
    await eventually(idle);
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(100);
    expect(first.length + second.length).toBe(100);
  });

  it('finishes the job in progress when a worker is stopped, and leaves the rest to others', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((done) => (release = done));
    const started: string[] = [];
    const hold = async (job: ReceivedJob): Promise<void> => {
      started.push(job.id);
      await held;
    };
    const worker = await another().work(name, hold, { concurrency: 1, on_error: (error) => errors.push(error) });
    await queue.add(name, { id: 'first', payload: null });
    await queue.add(name, { id: 'second', payload: null });
    await eventually(() => started.length === 1);
    const stopped = worker.stop();
    release();
    await stopped;
    const got = await collect();
    await eventually(() => got.length === 1);
    expect([started, got.map(({ id }) => id)]).toEqual([['first'], ['second']]);
  });

  it('gives the job of a killed worker to a living one', async () => {
    const child = await startWorker({ connection, name });
    const taken = messageOf(child);
    await queue.add(name, { id: 'survivor', payload: { n: 1 } });
    await taken;
    child.kill('SIGKILL');
    const got = await collect();
    await eventually(() => got.length === 1);
    expect(got).toMatchObject([{ id: 'survivor', payload: { n: 1 } }]);
  });

  it('tells an outage instead of waiting when it cannot be reached', async () => {
    const nowhere: QueueConnection = db
      ? { postgres_url: 'postgres://x:x@127.0.0.1:1/x' }
      : { redis_url: 'redis://127.0.0.1:1' };
    const lost = new BullmqQueue(nowhere);
    open.push(lost);
    await expect(lost.add(name, { id: 'x', payload: null })).rejects.toMatchObject({ code: 'dependency_unavailable' });
  });

  it('refuses an id that the queue would take for its own', async () => {
    for (const id of ['12', 'a:b', ''])
      await expect(queue.add(name, { id, payload: null })).rejects.toThrow('cannot be the id');
  });
});

/** A worker process that takes a job, tells us, and never ends it. */
async function startWorker(setup: { connection: QueueConnection; name: string }): Promise<ChildProcess> {
  const loader = resolve('test/support/typescript-loader.mjs');
  const child = fork(resolve('test/support/holding-worker.ts'), [JSON.stringify(setup)], {
    execArgv: ['--import', loader],
  });
  await messageOf(child);
  return child;
}

function messageOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`the worker process ended with ${code}`)));
  });
}
