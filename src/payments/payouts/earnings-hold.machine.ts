export const EARNINGS_HOLD_STATES = ['held', 'released', 'colluding'] as const;
export type EarningsHoldState = (typeof EARNINGS_HOLD_STATES)[number];
export type EarningsHoldEvent = 'hold' | 'release' | 'convict';

/**
 * What an operator decides about card money that one contributor earned from one agent. `release`: what was earned so far leaves when it is
 * old enough, whatever becomes of the agent. `convict`: the two work together; what had not left is taken, and what still comes is held.
 */
export const EARNINGS_HOLD_TRANSITIONS = {
  held: { release: 'released', convict: 'colluding' },
  released: { hold: 'held' },
  colluding: { hold: 'held' },
} as const satisfies Record<EarningsHoldState, Partial<Record<EarningsHoldEvent, EarningsHoldState>>>;
