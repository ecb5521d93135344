import { NO_WAIT_FOR_DISK } from '../database/index.js';
import {
  createPostgresBackend,
  type Processor,
  Queue,
  type QueueOptions,
  withBackend,
  Worker,
  type WorkerOptions,
} from 'bullmq';

/** The schema of the queues in Postgres; made by a migration, filled by `migrateQueues`. */
export const QUEUE_SCHEMA = 'verifier_queue';

const CONNECT_MS_MAX = 5_000;
const STATEMENT_MS_MAX = 30_000;
const ANSWER_MS_MAX = 35_000;

export type QueueConnection =
  | {
      /** Database url. The verifier comes as its own role, see `verifierUrl`. */
      readonly postgres_url: string;
      /** Connections of each queue and of each worker, besides one for notifications. Default 4. */
      readonly pool_max?: number;
    }
  | { readonly redis_url: string };

/** BullMQ's classes on either backend; a backend is chosen per object, never for the whole process. */
export interface Backend {
  queue(name: string, options: Omit<QueueOptions, 'connection'>): Queue;
  worker(name: string, process: Processor, options: Omit<WorkerOptions, 'connection'>): Worker;
}

export function backendOf(connection: QueueConnection): Backend {
  return 'redis_url' in connection ? redisBackend(connection.redis_url) : postgresBackend(connection);
}

function postgresBackend({ postgres_url, pool_max = 4 }: { postgres_url: string; pool_max?: number }): Backend {
  const classes = withBackend(createPostgresBackend);
  const connection = {
    connectionString: postgres_url,
    schema: QUEUE_SCHEMA,
    migrate: false,
    max: pool_max,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: STATEMENT_MS_MAX,
    query_timeout: ANSWER_MS_MAX,
    keepAlive: true,
    // An outbox row marked as sent proves that its job is on disk, and a job marked as done that the jobs it added are.
    options: NO_WAIT_FOR_DISK,
  };
  return {
    queue: (name, options) => new classes.Queue(name, { ...options, connection }) as unknown as Queue,
    worker: (name, process, options) =>
      new classes.Worker(name, process, { ...options, connection }) as unknown as Worker,
  };
}

function redisBackend(url: string): Backend {
  return {
    // A producer must fail while Redis is away; a worker must wait for it.
    queue: (name, options) =>
      new Queue(name, { ...options, connection: { url, enableOfflineQueue: false, connectTimeout: CONNECT_MS_MAX } }),
    worker: (name, process, options) =>
      new Worker(name, process, { ...options, connection: { url, maxRetriesPerRequest: null } }),
  };
}
