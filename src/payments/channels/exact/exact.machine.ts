export const EXACT_STATES = ['submitted', 'settled', 'failed', 'lost'] as const;
export type ExactState = (typeof EXACT_STATES)[number];
export type ExactEvent = 'settle' | 'fail' | 'lose';

/**
 * What may happen to a payment for one read. It is noted before it is sent, so a crash leaves something to ask for. `settle`: the money is in a
 * block, and shared. `fail`: it never came. `lose`: its block was abandoned for good after the read was sold.
 */
export const EXACT_TRANSITIONS = {
  submitted: { settle: 'settled', fail: 'failed' },
  settled: { lose: 'lost' },
  failed: { settle: 'settled' },
  lost: {},
} as const satisfies Record<ExactState, Partial<Record<ExactEvent, ExactState>>>;
