import { DISPUTE_STATES } from '@groundtruth/sdk/protocol';
import { DISPUTE_TRANSITIONS } from './dispute.machine.js';

describe('a dispute', () => {
  it('is decided once, in one of three ways', () => {
    expect(DISPUTE_TRANSITIONS.open).toEqual({
      uphold: 'upheld',
      deny: 'denied',
      uphold_unfunded: 'upheld_unfunded',
    });
  });

  it('leaves no decided state', () => {
    for (const state of ['upheld', 'denied', 'upheld_unfunded'] as const)
      expect(DISPUTE_TRANSITIONS[state]).toEqual({});
    expect(DISPUTE_STATES).toHaveLength(4);
  });
});
