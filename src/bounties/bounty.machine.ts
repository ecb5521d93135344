import type { BountyOutcome, BountyState } from '@groundtruth/sdk/protocol';

export type BountyEvent = 'fund' | 'suspend' | 'resume' | 'cancel' | 'expire' | 'fill' | 'finish';

/**
 * What may happen to a bounty. A missing pair is illegal. `closing` takes no new work and decides what is in flight;
 * `finish` is allowed only once nothing is (bounty.rules, `mayFinish`).
 */
export const BOUNTY_TRANSITIONS = {
  draft: { fund: 'open', cancel: 'closed', expire: 'closed' },
  open: { suspend: 'suspended', cancel: 'closing', expire: 'closing', fill: 'closing' },
  suspended: { resume: 'open', cancel: 'closing', expire: 'closing', fill: 'closing' },
  closing: { finish: 'closed' },
  closed: {},
} as const satisfies Record<BountyState, Partial<Record<BountyEvent, BountyState>>>;

/** How a bounty will have ended, by the event that ended its taking of work. */
export const OUTCOME_OF = { cancel: 'cancelled', expire: 'expired', fill: 'filled' } as const satisfies Partial<
  Record<BountyEvent, BountyOutcome>
>;
