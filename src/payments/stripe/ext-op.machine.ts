export const EXT_OP_STATES = ['queued', 'sent', 'unknown', 'done', 'refused'] as const;
export type ExtOpState = (typeof EXT_OP_STATES)[number];
export type ExtOpEvent = 'send' | 'succeed' | 'refuse' | 'postpone' | 'lose';

/**
 * One effect at the card processor. `send` is written before the call. `lose`: no answer says what came of it, so what it may have made is
 * looked for before it is sent again; `succeed` is also what such a look finds.
 */
export const EXT_OP_TRANSITIONS = {
  queued: { send: 'sent' },
  sent: { succeed: 'done', refuse: 'refused', postpone: 'queued', lose: 'unknown' },
  unknown: { succeed: 'done', send: 'sent' },
  done: {},
  refused: {},
} as const satisfies Record<ExtOpState, Partial<Record<ExtOpEvent, ExtOpState>>>;
