export type { OutboxRow } from './batch.js';
export { type AppendOptions, Outbox, OUTBOX_CHANNEL, type OutboxEvent } from './outbox.js';
export { type OutboxHandler, OutboxRelay, type RelayOptions } from './relay.js';
