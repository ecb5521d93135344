export const RECIPIENT_STATES = ['onboarding', 'enabled', 'restricted', 'closed'] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];
export type RecipientEvent = 'enable' | 'restrict' | 'close';

/** What may happen to a contributor's Stripe account. Only an enabled one is paid; `restricted` and `onboarding` say what is due. */
export const RECIPIENT_TRANSITIONS = {
  onboarding: { enable: 'enabled', restrict: 'restricted', close: 'closed' },
  enabled: { restrict: 'restricted', close: 'closed' },
  restricted: { enable: 'enabled', close: 'closed' },
  closed: {},
} as const satisfies Record<RecipientState, Partial<Record<RecipientEvent, RecipientState>>>;

/** What Stripe says of an account now, and what its bank did. */
export interface RecipientFacts {
  readonly is_closed: boolean;
  /** Stripe's word for whether it takes transfers, such as `active`; null when it was never asked for. */
  readonly capability: string | null;
  /** Its bank refused or returned a payout, and no other bank account has been named since. */
  readonly bank_refused: boolean;
}

/** The event that follows from the facts; null when the state is right already. Pure, so facts may come in any order and again. */
export function eventOf(state: RecipientState, facts: RecipientFacts): RecipientEvent | null {
  if (state === 'closed') return null;
  if (facts.is_closed) return 'close';
  const usable = facts.capability === 'active' && !facts.bank_refused;
  if (usable) return state === 'enabled' ? null : 'enable';
  // An account that never gave what it was asked for is still being opened, and nothing was taken from it.
  const is_new = state === 'onboarding' && !facts.bank_refused && facts.capability !== 'rejected';
  return state === 'restricted' || is_new ? null : 'restrict';
}
