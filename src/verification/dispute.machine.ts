import type { DisputeState } from '@groundtruth/sdk/protocol';

export type DisputeEvent = 'uphold' | 'deny' | 'uphold_unfunded';

/** What may happen to a dispute. `uphold_unfunded`: it is right, but neither a slot nor the loss reserve can pay it. */
export const DISPUTE_TRANSITIONS = {
  open: { uphold: 'upheld', deny: 'denied', uphold_unfunded: 'upheld_unfunded' },
  upheld: {},
  denied: {},
  upheld_unfunded: {},
} as const satisfies Record<DisputeState, Partial<Record<DisputeEvent, DisputeState>>>;
