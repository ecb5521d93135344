import type { DrawState } from '@groundtruth/sdk/protocol';

export type DrawEvent = 'close' | 'draw';

/** What may happen to a round. Between `close` and `draw` its set is in the log, and the checkpoint that decides does not exist yet. */
export const DRAW_TRANSITIONS = {
  open: { close: 'closed' },
  closed: { draw: 'drawn' },
  drawn: {},
} as const satisfies Record<DrawState, Partial<Record<DrawEvent, DrawState>>>;
