export const CARD_DISPUTE_STATES = ['open', 'withdrawn', 'won', 'lost', 'closed'] as const;
export type CardDisputeState = (typeof CARD_DISPUTE_STATES)[number];
export type CardDisputeEvent = 'withdraw' | 'win' | 'lose' | 'close';

/**
 * A cardholder's dispute. `withdraw`: the bank took the money back; `close`: it never did, as with an inquiry, which may still become a
 * dispute. Banks think again: what was won may be taken once more, and what was lost may come back.
 */
export const CARD_DISPUTE_TRANSITIONS = {
  open: { withdraw: 'withdrawn', close: 'closed' },
  closed: { withdraw: 'withdrawn' },
  withdrawn: { win: 'won', lose: 'lost' },
  won: { withdraw: 'withdrawn' },
  lost: { win: 'won', withdraw: 'withdrawn' },
} as const satisfies Record<CardDisputeState, Partial<Record<CardDisputeEvent, CardDisputeState>>>;
