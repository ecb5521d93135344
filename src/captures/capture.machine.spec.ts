import { CAPTURE_TRANSITIONS } from './capture.machine.js';

describe('the life of a capture', () => {
  it('ends in settled, expired or superseded; a rejection can only be upheld away', () => {
    const ends = Object.entries(CAPTURE_TRANSITIONS).filter(([, edges]) => Object.keys(edges).length === 0);
    expect(ends.map(([state]) => state).sort()).toEqual(['expired', 'settled', 'superseded']);
    expect(CAPTURE_TRANSITIONS.rejected).toEqual({ uphold: 'accepted' });
  });

  it('leads from accepted to payment and nowhere else', () => {
    expect(CAPTURE_TRANSITIONS.accepted).toEqual({ settle: 'settled' });
  });

  it('reaches accepted only by checks, by a person or by an appeal', () => {
    const into = Object.entries(CAPTURE_TRANSITIONS).flatMap(([from, edges]) =>
      Object.entries(edges)
        .filter(([, to]) => to === 'accepted')
        .map(([event]) => `${from} ${event}`),
    );
    expect(into.sort()).toEqual(['rejected uphold', 'review accept', 'verifying accept']);
  });
});
