import type { Job, JobsOptions, Queue as BullQueue, Worker } from 'bullmq';
import { assert } from '../../kernel/assert.js';
import { DomainError } from '../../kernel/problem.js';
import { isOutage } from '../database/index.js';
import { withLimit } from '../time.js';
import { type Backend, backendOf, type QueueConnection } from './backend.js';
import {
  type AddOptions,
  Queue,
  type QueueCounts,
  type QueueHandler,
  type QueueJob,
  type QueueWorker,
  type ReceivedJob,
  type WorkOptions,
} from './queue.js';

/** BullMQ keeps `:` for itself and takes numbers for ids of its own. */
const JOB_ID = /^(?!\d+$)[A-Za-z0-9_-]{1,128}$/;
const ATTEMPTS_MAX = 5;
const BACKOFF_MS = 500;
/** How long an ended job's id is remembered, so that a redelivered wake-up is not worked twice. Evicted as others end. */
const FINISHED_S_MAX = 3_600;
const FINISHED_JOBS_MAX = 5_000;
const FAILED_S_MAX = 7 * 24 * 3_600;
const FAILED_JOBS_MAX = 1_000;
/** We read no event stream. */
const EVENTS_MAX = 10;
/** A killed worker's job is free after its lock has run out and two looks have found it so: at most `LOCK_MS + 2 * STALLED_MS`. */
const LOCK_MS = 6_000;
const STALLED_MS = 3_000;
const ANSWER_MS_MAX = 10_000;
const NO_ANSWER = 'the queue did not answer';
/** How often a job may lose its worker before it is taken for the cause. */
const STALLS_MAX = 3;

export interface QueueTuning {
  /** How long a killed worker keeps its job. A live one renews at half of it, so its event loop must never be busy that long. */
  readonly lock_ms?: number;
  /** How often a worker looks for jobs of killed ones. */
  readonly stalled_ms?: number;
}

/** The port on BullMQ, over Postgres or Redis. */
export class BullmqQueue extends Queue {
  private readonly backend: Backend;
  private readonly queues = new Map<string, BullQueue>();
  private readonly workers = new Set<Worker>();

  constructor(
    connection: QueueConnection,
    private readonly tuning: QueueTuning = {},
  ) {
    super();
    this.backend = backendOf(connection);
  }

  async add(queue: string, job: QueueJob, options: AddOptions = {}): Promise<void> {
    assert(JOB_ID.test(job.id), `${job.id} cannot be the id of a job`);
    await orOutage(async () => {
      const bull = this.queueOf(queue);
      if (options.again) await forgetEnded(bull, job.id);
      await bull.add(queue, job.payload, jobOptions(job.id, options));
    });
  }

  async work(queue: string, handler: QueueHandler, options: WorkOptions): Promise<QueueWorker> {
    const worker = this.backend.worker(queue, (job) => handler(received(job)), {
      concurrency: options.concurrency,
      lockDuration: this.tuning.lock_ms ?? LOCK_MS,
      stalledInterval: this.tuning.stalled_ms ?? STALLED_MS,
      maxStalledCount: STALLS_MAX,
    });
    worker.on('failed', (job, error) => options.on_error(error, job ? received(job) : null));
    worker.on('error', (error) => {
      if (this.workers.has(worker)) options.on_error(error, null); // A stopped worker loses its connections, as it should.
    });
    this.workers.add(worker);
    await orOutage(() => worker.waitUntilReady());
    return { stop: () => this.stopWorker(worker) };
  }

  async counts(queue: string): Promise<QueueCounts> {
    const states = ['waiting', 'prioritized', 'active', 'delayed', 'failed'] as const;
    const counts = await orOutage(() => this.queueOf(queue).getJobCounts(...states));
    const { waiting = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 } = counts;
    return { waiting: waiting + prioritized, active, delayed, failed };
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers].map((worker) => this.stopWorker(worker)));
    const queues = [...this.queues.values()];
    this.queues.clear();
    await Promise.all(queues.map((queue) => queue.close()));
  }

  private async stopWorker(worker: Worker): Promise<void> {
    const closing = worker.close();
    this.workers.delete(worker);
    await closing;
  }

  private queueOf(name: string): BullQueue {
    const known = this.queues.get(name);
    if (known) return known;
    const queue = this.backend.queue(name, { streams: { events: { maxLen: EVENTS_MAX } } });
    queue.on('error', () => undefined); // The call that needed the connection fails with the same error.
    this.queues.set(name, queue);
    return queue;
  }
}

function jobOptions(jobId: string, { delay_ms, priority, attempts_max = ATTEMPTS_MAX }: AddOptions): JobsOptions {
  return {
    jobId,
    attempts: attempts_max,
    backoff: { type: 'exponential', delay: BACKOFF_MS, jitter: 0.5 },
    removeOnComplete: { age: FINISHED_S_MAX, count: FINISHED_JOBS_MAX },
    removeOnFail: { age: FAILED_S_MAX, count: FAILED_JOBS_MAX },
    ...(delay_ms === undefined ? {} : { delay: delay_ms }),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** Between the look and the removal another caller may have removed it or added it again; both leave a job of this id, which is what is asked. */
async function forgetEnded(queue: BullQueue, id: string): Promise<void> {
  const job = await queue.getJob(id);
  if (job && ((await job.isCompleted()) || (await job.isFailed()))) await job.remove();
}

function received(job: Job): ReceivedJob {
  return { id: job.id!, payload: job.data as unknown, attempt: job.attemptsStarted || job.attemptsMade + 1 };
}

/** What ioredis says, without a code, when it has no connection. */
const REDIS_LOST = /Stream isn't writeable|Connection is closed|max retries per request/i;

/** BullMQ waits for a connection as long as it takes; a caller is told after a while. */
async function orOutage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await withLimit(ANSWER_MS_MAX, NO_ANSWER, work());
  } catch (error) {
    const said = error instanceof Error ? error.message : '';
    if (!isOutage(error) && !REDIS_LOST.test(said) && !said.startsWith(NO_ANSWER)) throw error;
    throw new DomainError('dependency_unavailable', NO_ANSWER, {}, { cause: error });
  }
}
