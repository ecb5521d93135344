export * from './messages.js';
export * from './receipt.js';
export * from './wire.js';
