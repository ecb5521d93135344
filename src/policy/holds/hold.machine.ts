export const POLICY_HOLD_STATES = ['waiting', 'allowed', 'refused', 'lapsed'] as const;
export type PolicyHoldState = (typeof POLICY_HOLD_STATES)[number];
export type PolicyHoldEvent = 'allow' | 'refuse' | 'lapse';

/** What becomes of a request that policy holds. `lapse`: nobody answered until its deadline, and nothing is owed; it counts as refused. */
export const POLICY_HOLD_TRANSITIONS = {
  waiting: { allow: 'allowed', refuse: 'refused', lapse: 'lapsed' },
  allowed: {},
  refused: {},
  lapsed: {},
} as const satisfies Record<PolicyHoldState, Partial<Record<PolicyHoldEvent, PolicyHoldState>>>;
