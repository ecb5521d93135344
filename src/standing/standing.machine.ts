import type { StandingState } from '@groundtruth/sdk/protocol';

export type StandingEvent = 'pause' | 'resume' | 'end';

/** What may happen to a standing bounty. An ended one is never taken up again: whoever wants more makes another. */
export const STANDING_TRANSITIONS = {
  active: { pause: 'paused', end: 'ended' },
  paused: { resume: 'active', end: 'ended' },
  ended: {},
} as const satisfies Record<StandingState, Partial<Record<StandingEvent, StandingState>>>;
