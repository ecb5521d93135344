export type { OutboxRow } from './batch.js';
export { type AppendOptions, Outbox, type OutboxEvent } from './outbox.js';
export { type OutboxHandler, OutboxRelay, type RelayOptions } from './relay.js';
