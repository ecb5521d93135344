import type { PledgeState } from '@groundtruth/sdk/protocol';

export type PledgeEvent = 'withdraw' | 'return' | 'spend';

/** What may happen to a pledge: its agent takes it back before the bounty opens, or the bounty ends and all of it returns, or less does. */
export const PLEDGE_TRANSITIONS = {
  held: { withdraw: 'withdrawn', return: 'returned', spend: 'spent' },
  withdrawn: {},
  returned: {},
  spent: {},
} as const satisfies Record<PledgeState, Partial<Record<PledgeEvent, PledgeState>>>;
