import { BullmqQueue, type QueueConnection } from '../../src/platform/queue/index.js';

/** Started by a test: takes jobs, tells its parent of each, and never ends one. */
const { connection, name } = JSON.parse(process.argv[2]!) as { connection: QueueConnection; name: string };
const queue = new BullmqQueue(connection, { lock_ms: 1_000, stalled_ms: 200 });
const hold = (): Promise<void> => {
  process.send!('taken');
  return new Promise(() => undefined);
};
await queue.work(name, hold, {
  concurrency: 1,
  on_error: (error) => {
    throw error;
  },
});
process.send!('ready');
