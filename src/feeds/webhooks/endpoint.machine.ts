export const ENDPOINT_STATES = ['active', 'paused', 'deleted'] as const;
export type EndpointState = (typeof ENDPOINT_STATES)[number];
export type EndpointEvent = 'pause' | 'resume' | 'delete';

/** Where an owner has webhooks sent. What pauses it (its owner, days of failures, a receiver that is gone) stands beside the state. */
export const ENDPOINT_TRANSITIONS = {
  active: { pause: 'paused', delete: 'deleted' },
  paused: { resume: 'active', delete: 'deleted' },
  deleted: {},
} as const satisfies Record<EndpointState, Partial<Record<EndpointEvent, EndpointState>>>;
