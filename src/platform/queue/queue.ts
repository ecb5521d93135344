/** A wake-up that must be handled. Carries ids, never amounts or decisions: handlers read those again. */
export interface QueueJob {
  /** The caller's id; letters, digits, `_` and `-`, not a plain number. While a queue knows an id it takes no second job of it. */
  readonly id: string;
  /** JSON. */
  readonly payload: unknown;
}

export interface AddOptions {
  /** Not handled before this many milliseconds have passed. */
  readonly delay_ms?: number;
  /** Lower is sooner, 1 to 2,097,152; jobs without one come before all others. */
  readonly priority?: number;
  /** Tries in all, failures included. Default 5. */
  readonly attempts_max?: number;
  /** Adds the job also when one of this id has ended (finished or failed) and is still remembered. A waiting or active one is left alone. */
  readonly again?: boolean;
}

/** A job as its handler sees it. */
export interface ReceivedJob extends QueueJob {
  /** 1 for the first try. */
  readonly attempt: number;
}

/** Must be idempotent: a job whose worker was killed comes again. Throwing means try again later, until the tries are used up. */
export type QueueHandler = (job: ReceivedJob) => Promise<void>;

export interface WorkOptions {
  /** Jobs handled at a time by this worker. */
  readonly concurrency: number;
  /** Told of every failed try (`job` set) and of every lost connection (`job` null). */
  readonly on_error: (error: unknown, job: ReceivedJob | null) => void;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  /** Jobs whose tries are used up and that are still remembered. */
  readonly failed: number;
}

/** A running worker of one queue. */
export interface QueueWorker {
  /** Takes no more jobs and waits for those in progress. Repeatable. */
  stop(): Promise<void>;
}

/** Queues by name, for work outside of the request. A queue is a wake-up and may be flushed: the record is in Postgres. */
export abstract class Queue {
  /**
   * Adds a job once per id. Repeatable.
   * @throws {DomainError} `dependency_unavailable` when the queue cannot be reached; the job may or may not have been added.
   */
  abstract add(queue: string, job: QueueJob, options?: AddOptions): Promise<void>;

  /** Starts a worker in this process; resolves when it takes jobs. */
  abstract work(queue: string, handler: QueueHandler, options: WorkOptions): Promise<QueueWorker>;

  /** How many jobs are where, a moment ago. For gauges and scaling, not for decisions. */
  abstract counts(queue: string): Promise<QueueCounts>;

  /** Stops the workers as `stop` does and closes the connections. Repeatable. */
  abstract close(): Promise<void>;
}
