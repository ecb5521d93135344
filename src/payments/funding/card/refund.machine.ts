import { REFUND_STATES } from '@groundtruth/sdk/protocol';

export type RefundState = (typeof REFUND_STATES)[number];
export type RefundEvent = 'make' | 'refuse' | 'fail';

/**
 * Money on its way back to a card. `fail`: the bank sent it back to us, which may be days after it was made. A refund that Stripe shows is made,
 * whatever was heard before.
 */
export const REFUND_TRANSITIONS = {
  requested: { make: 'made', refuse: 'refused' },
  made: { fail: 'failed' },
  refused: { make: 'made' },
  failed: {},
} as const satisfies Record<RefundState, Partial<Record<RefundEvent, RefundState>>>;
