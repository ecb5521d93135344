import type { ReservationState } from '@groundtruth/sdk/protocol';

export type ReservationEvent = 'submit' | 'release' | 'lapse';

/** What may happen to a reservation. All but `active` are final: a rejected capture frees the slot, not the reservation. */
export const RESERVATION_TRANSITIONS = {
  active: { submit: 'submitted', release: 'released', lapse: 'lapsed' },
  submitted: {},
  released: {},
  lapsed: {},
} as const satisfies Record<ReservationState, Partial<Record<ReservationEvent, ReservationState>>>;
