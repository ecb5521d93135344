import { REFUND_STATES } from '@groundtruth/sdk/protocol';

export type RefundState = (typeof REFUND_STATES)[number];
export type RefundEvent = 'make' | 'refuse' | 'fail';

/** Money on its way back to a card. `fail`: the bank sent it back to us, which may be days after it was made. */
export const REFUND_TRANSITIONS = {
  requested: { make: 'made', refuse: 'refused' },
  made: { fail: 'failed' },
  refused: {},
  failed: {},
} as const satisfies Record<RefundState, Partial<Record<RefundEvent, RefundState>>>;
