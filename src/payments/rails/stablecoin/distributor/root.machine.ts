export const ROOT_STATES = ['drafted', 'proposed', 'vetoed', 'discarded'] as const;
export type RootState = (typeof ROOT_STATES)[number];
export type RootEvent = 'propose' | 'veto' | 'discard' | 'retract' | 'restore';

/**
 * What may happen to a root of the Distributor. `propose` and `veto` are what the chain shows; `retract` and `restore` take back what an
 * abandoned block said. `discard`: nobody signs it or the chain does not take it, so another draft has its epoch; should it land after all,
 * the chain is right.
 */
export const ROOT_TRANSITIONS = {
  drafted: { propose: 'proposed', discard: 'discarded' },
  proposed: { veto: 'vetoed', retract: 'drafted' },
  vetoed: { restore: 'proposed' },
  discarded: { propose: 'proposed' },
} as const satisfies Record<RootState, Partial<Record<RootEvent, RootState>>>;
