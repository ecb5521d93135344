import type { TopUpState } from '@groundtruth/sdk/protocol';

export type TopUpEvent = 'ask' | 'process' | 'succeed' | 'fail' | 'refund' | 'unrefund' | 'dispute' | 'win' | 'lose';

/**
 * A payment by card into the balance, as Stripe tells of it. `ask`: the cardholder has to act. Money that arrives after all counts, whatever
 * was said before. `refund`: the last cent went back; `unrefund`: the bank returned some of it. `dispute`: the bank took it back, until it is
 * won or lost; a bank that thinks again may give back what was lost.
 */
export const TOP_UP_TRANSITIONS = {
  created: { ask: 'requires_action', process: 'processing', succeed: 'succeeded', fail: 'failed' },
  requires_action: { process: 'processing', succeed: 'succeeded', fail: 'failed' },
  processing: { ask: 'requires_action', succeed: 'succeeded', fail: 'failed' },
  failed: { ask: 'requires_action', process: 'processing', succeed: 'succeeded' },
  succeeded: { refund: 'refunded', dispute: 'disputed' },
  refunded: { unrefund: 'succeeded', dispute: 'disputed' },
  disputed: { win: 'succeeded', lose: 'lost' },
  lost: { win: 'succeeded', dispute: 'disputed' },
} as const satisfies Record<TopUpState, Partial<Record<TopUpEvent, TopUpState>>>;
