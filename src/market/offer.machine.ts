import type { OfferState } from '@groundtruth/sdk/protocol';

export type OfferEvent = 'withdraw' | 'expire';

/** What may happen to an offer. One that ended is never taken up again: whoever wants more makes another, behind those made meanwhile. */
export const OFFER_TRANSITIONS = {
  active: { withdraw: 'withdrawn', expire: 'expired' },
  withdrawn: {},
  expired: {},
} as const satisfies Record<OfferState, Partial<Record<OfferEvent, OfferState>>>;
