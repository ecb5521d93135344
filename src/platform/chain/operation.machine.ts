export const OPERATION_STATES = ['queued', 'sent', 'mined', 'done', 'failed', 'refused'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];
export type OperationEvent = 'send' | 'refuse' | 'mine' | 'vanish' | 'displace' | 'confirm' | 'fail';

/**
 * What may happen to an operation. `vanish`: its block was abandoned, and the same bytes go out again. `displace`: a final block gave its
 * nonce to a transaction that is not ours, so it needs another one.
 */
export const OPERATION_TRANSITIONS = {
  queued: { send: 'sent', refuse: 'refused' },
  sent: { mine: 'mined', displace: 'queued' },
  mined: { vanish: 'sent', confirm: 'done', fail: 'failed' },
  done: {},
  failed: {},
  refused: {},
} as const satisfies Record<OperationState, Partial<Record<OperationEvent, OperationState>>>;
