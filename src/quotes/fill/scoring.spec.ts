import fc from 'fast-check';
import { randomOf } from '../../../test/support/random.js';
import { brierScore, brierSkill, expectedCalibrationError } from './scoring.js';

describe('scores of predictions', () => {
  it('find no calibration error in what comes true as often as said, and all of it in the opposite', () => {
    expect(expectedCalibrationError([0.25, 0.25, 0.25, 0.25], [true, false, false, false])).toBeCloseTo(0, 12);
    expect(expectedCalibrationError([1, 0], [false, true])).toBe(1);
    expect(expectedCalibrationError([0.9, 0.9], [true, false])).toBeCloseTo(0.4, 12);
  });

  it('weigh bins by how many predictions they have', () => {
    expect(expectedCalibrationError([0.05, 0.05, 0.05, 0.95], [false, false, false, false])).toBeCloseTo(
      (0.15 + 0.95) / 4,
      12,
    );
  });

  it('give perfect foresight a skill of 1, the base rate 0, and worse less', () => {
    const outcomes = [true, false, true, true];
    expect(brierSkill([1, 0, 1, 1], outcomes, 0.5)).toBe(1);
    expect(brierSkill([0.4, 0.4, 0.4, 0.4], outcomes, 0.4)).toBeCloseTo(0, 12);
    expect(brierSkill([0, 1, 0, 0], outcomes, 0.5)).toBeLessThan(0);
  });

  it('say nothing of nothing, nor against a base rate that is always right', () => {
    expect(expectedCalibrationError([], [])).toBeNull();
    expect(brierScore([], [])).toBeNull();
    expect(brierSkill([0.5], [true], 1)).toBeNull();
  });

  it('come near zero for a forecaster who knows the true probabilities', () => {
    fc.assert(
      fc.property(fc.nat(1_000), (seed) => {
        const random = randomOf(seed);
        const said = Array.from({ length: 4_000 }, () => random());
        expect(
          expectedCalibrationError(
            said,
            said.map((probability) => random() < probability),
          ),
        ).toBeLessThan(0.05);
      }),
      { numRuns: 20 },
    );
  });
});
