export const EXT_OP_STATES = ['queued', 'sent', 'unknown', 'done', 'refused'] as const;
export type ExtOpState = (typeof EXT_OP_STATES)[number];
export type ExtOpEvent = 'send' | 'drop' | 'succeed' | 'refuse' | 'postpone' | 'lose';

/**
 * One effect at the card processor. `send` is written before the call; `drop`: before that, it is not wanted any more. `lose`: no answer says
 * what came of it, so what it may have made is looked for before it is sent again; `succeed` is also what such a look finds. `postpone`: the
 * first try was not begun, so nothing has to be looked for; of a later try that says nothing.
 */
export const EXT_OP_TRANSITIONS = {
  queued: { send: 'sent', drop: 'refused' },
  sent: { succeed: 'done', refuse: 'refused', postpone: 'queued', lose: 'unknown' },
  unknown: { succeed: 'done', send: 'sent' },
  done: {},
  refused: {},
} as const satisfies Record<ExtOpState, Partial<Record<ExtOpEvent, ExtOpState>>>;
