import { BOUNTY_TRANSITIONS, OUTCOME_OF } from './bounty.machine.js';
import { RESERVATION_TRANSITIONS } from './reservation.machine.js';

describe('the life of a bounty', () => {
  it('ends only in closed', () => {
    const ends = Object.entries(BOUNTY_TRANSITIONS).filter(([, edges]) => Object.keys(edges).length === 0);
    expect(ends.map(([state]) => state)).toEqual(['closed']);
  });

  it('goes through closing whenever money is held', () => {
    for (const state of ['open', 'suspended'] as const) {
      expect(Object.values(BOUNTY_TRANSITIONS[state])).not.toContain('closed');
    }
    expect(BOUNTY_TRANSITIONS.closing).toEqual({ finish: 'closed' });
  });

  it('takes no new work once it closes', () => {
    expect(Object.values(BOUNTY_TRANSITIONS.closing)).not.toContain('open');
    expect(Object.values(BOUNTY_TRANSITIONS.closed)).toEqual([]);
  });

  it('names an outcome for each way to stop', () => {
    expect(OUTCOME_OF).toEqual({ cancel: 'cancelled', expire: 'expired', fill: 'filled' });
  });
});

describe('the life of a reservation', () => {
  it('ends in submitted, released or lapsed, and never comes back', () => {
    const ends = Object.entries(RESERVATION_TRANSITIONS).filter(([, edges]) => Object.keys(edges).length === 0);
    expect(ends.map(([state]) => state).sort()).toEqual(['lapsed', 'released', 'submitted']);
    expect(Object.values(RESERVATION_TRANSITIONS).flatMap((edges) => Object.values(edges))).not.toContain('active');
  });
});
