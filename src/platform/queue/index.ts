export { type QueueConnection } from './backend.js';
export { BullmqQueue, type QueueTuning } from './bullmq.queue.js';
export {
  type AddOptions,
  Queue,
  type QueueCounts,
  type QueueHandler,
  type QueueJob,
  type QueueWorker,
  type ReceivedJob,
  type WorkOptions,
} from './queue.js';
export { migrateQueues } from './schema.js';
export { ensureVerifierRole, verifierUrl } from './verifier-role.js';
