import { LOG_STATES, LOG_TRANSITIONS } from './log.machine.js';
import { OPERATION_STATES, OPERATION_TRANSITIONS } from './operation.machine.js';
import { CHAIN_TX_STATES, CHAIN_TX_TRANSITIONS } from './tx.machine.js';

describe('an operation', () => {
  it('is sent before it is mined, and mined before it is done or failed', () => {
    expect(OPERATION_TRANSITIONS.queued).toEqual({ send: 'sent', refuse: 'refused' });
    expect(OPERATION_TRANSITIONS.sent).toEqual({ mine: 'mined', displace: 'queued' });
    expect(OPERATION_TRANSITIONS.mined).toEqual({ vanish: 'sent', confirm: 'done', fail: 'failed' });
  });

  it('ends done, failed or refused', () => {
    for (const state of ['done', 'failed', 'refused'] as const) expect(OPERATION_TRANSITIONS[state]).toEqual({});
    expect(OPERATION_STATES).toHaveLength(6);
  });
});

describe('a nonce', () => {
  it('is ours for good, or somebody else’s, only after it was open', () => {
    expect(CHAIN_TX_TRANSITIONS.open).toEqual({ mine: 'mined', displace: 'displaced' });
    expect(CHAIN_TX_TRANSITIONS.mined).toEqual({ vanish: 'open', settle: 'final' });
    expect(CHAIN_TX_TRANSITIONS.displaced).toEqual({});
    expect(CHAIN_TX_STATES).toHaveLength(4);
  });

  it('is open again when the chain goes back behind what counted as done', () => {
    expect(CHAIN_TX_TRANSITIONS.final).toEqual({ vanish: 'open' });
  });
});

describe('a log', () => {
  it('is reversed only when it was applied, and dropped only when it was not', () => {
    expect(LOG_TRANSITIONS.seen).toEqual({ apply: 'applied', drop: 'dropped' });
    expect(LOG_TRANSITIONS.applied).toEqual({ reverse: 'reversed' });
  });

  it('comes back with its block', () => {
    for (const state of ['dropped', 'reversed'] as const) expect(LOG_TRANSITIONS[state]).toEqual({ return: 'seen' });
    expect(LOG_STATES).toHaveLength(4);
  });
});
