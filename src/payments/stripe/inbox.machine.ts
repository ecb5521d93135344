export const INBOX_STATES = ['waiting', 'done', 'ignored'] as const;
export type InboxState = (typeof INBOX_STATES)[number];
export type InboxMove = 'handle' | 'ignore';

/** A webhook event of the card processor. `ignore`: of a kind that nobody here acts on. */
export const INBOX_TRANSITIONS = {
  waiting: { handle: 'done', ignore: 'ignored' },
  done: {},
  ignored: {},
} as const satisfies Record<InboxState, Partial<Record<InboxMove, InboxState>>>;
