import type { ApplicationState } from '@groundtruth/sdk/protocol';

export type ApplicationEvent = 'draw' | 'pass_over' | 'withdraw';

/** What may happen to an application. Drawn, it has become a reservation, which goes on by its own table. */
export const APPLICATION_TRANSITIONS = {
  applied: { draw: 'drawn', pass_over: 'not_drawn', withdraw: 'withdrawn' },
  drawn: {},
  not_drawn: {},
  withdrawn: {},
} as const satisfies Record<ApplicationState, Partial<Record<ApplicationEvent, ApplicationState>>>;
