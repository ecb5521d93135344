import type { InvitationState } from '@groundtruth/sdk/protocol';

export type InvitationEvent = 'confirm' | 'decline' | 'lapse' | 'withdraw';

/** What may happen to an invitation. All but `open` are final: a confirmed one lives on as its reservation. */
export const INVITATION_TRANSITIONS = {
  open: { confirm: 'confirmed', decline: 'declined', lapse: 'lapsed', withdraw: 'withdrawn' },
  confirmed: {},
  declined: {},
  lapsed: {},
  withdrawn: {},
} as const satisfies Record<InvitationState, Partial<Record<InvitationEvent, InvitationState>>>;
