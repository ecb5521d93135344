import fc from 'fast-check';
import { randomOf } from '../../../test/support/random.js';
import { allFilled } from './waiting.js';

describe('the probability that all slots are filled', () => {
  it('is 1 − e^−n for one slot, and the tail of a Poisson distribution for more', () => {
    expect(allFilled(0.7, 1, 0.4)).toBeCloseTo(1 - Math.exp(-0.7), 10);
    // P(Poisson(3) ≥ 4) = 1 − e^−3 (1 + 3 + 9/2 + 27/6)
    expect(allFilled(3, 4, 0)).toBeCloseTo(1 - Math.exp(-3) * 13, 10);
    // Far in both tails, and of many.
    expect(allFilled(0, 3, 0)).toBe(0);
    expect(allFilled(2_000, 1_000, 0)).toBeCloseTo(1, 9);
    expect(allFilled(1_000, 1_000, 0)).toBeCloseTo(0.5, 1);
  });

  it('is what dice give when each fill slows the next, or speeds it', () => {
    for (const momentum of [-0.7, 0.5]) {
      const random = randomOf(5);
      const runs = 20_000;
      let all = 0;
      for (let run = 0; run < runs; run++) {
        let waited = 0;
        for (let k = 0; k < 4; k++) waited -= Math.log(1 - random()) * (1 + k) ** -momentum;
        all += Number(waited <= 4);
      }
      expect(Math.abs(allFilled(4, 4, momentum) - all / runs)).toBeLessThan(0.02);
    }
  });

  it('rises with what is expected and falls with the slots', () => {
    const expected = fc.double({ min: 0, max: 50, noNaN: true });
    const slots = fc.integer({ min: 1, max: 60 });
    const momentum = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(expected, expected, slots, momentum, (some, more, count, of) => {
        const now = allFilled(some, count, of);
        expect(allFilled(some + more, count, of)).toBeGreaterThanOrEqual(now - 1e-9);
        expect(allFilled(some, count + 1, of)).toBeLessThanOrEqual(now + 0.02);
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(1);
      }),
    );
  });
});
