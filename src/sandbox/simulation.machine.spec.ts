import { SIMULATION_TRANSITIONS } from './simulation.machine.js';

describe('a simulated contributor', () => {
  it('ends handed in, refused, gone or failed, and nowhere else', () => {
    const final = Object.entries(SIMULATION_TRANSITIONS).filter(([, edges]) => Object.keys(edges).length === 0);
    expect(final.map(([state]) => state)).toEqual(['handed_in', 'refused', 'left', 'failed']);
  });

  it('hands in only what it has a slot for', () => {
    expect(SIMULATION_TRANSITIONS.waiting).not.toHaveProperty('hand_in');
    expect(SIMULATION_TRANSITIONS.reserved.hand_in).toBe('handed_in');
  });
});
