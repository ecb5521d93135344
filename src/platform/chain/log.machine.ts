export const LOG_STATES = ['seen', 'applied', 'dropped', 'reversed'] as const;
export type LogState = (typeof LOG_STATES)[number];
export type LogEvent = 'apply' | 'drop' | 'reverse' | 'return';

/** What may happen to a log. `return`: the chain went back to a block that it had abandoned. */
export const LOG_TRANSITIONS = {
  seen: { apply: 'applied', drop: 'dropped' },
  applied: { reverse: 'reversed' },
  dropped: { return: 'seen' },
  reversed: { return: 'seen' },
} as const satisfies Record<LogState, Partial<Record<LogEvent, LogState>>>;
