import type { SubscriptionState } from '@groundtruth/sdk/protocol';

export type SubscriptionEvent = 'cancel';

/** What may happen to a subscription. A cancelled one is never taken up again: whoever wants more makes another. */
export const SUBSCRIPTION_TRANSITIONS = {
  active: { cancel: 'cancelled' },
  cancelled: {},
} as const satisfies Record<SubscriptionState, Partial<Record<SubscriptionEvent, SubscriptionState>>>;
