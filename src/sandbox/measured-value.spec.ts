import { QUANTITIES } from '@groundtruth/sdk/protocol';
import { diceOf } from './dice.js';
import { valueOutside, valueWithin } from './measured-value.js';

const asked = { quantity_kind: 'air_temperature', unit: '[degF]', min: 0, max: 110 };

describe('a simulated measurement', () => {
  it('lies within the range asked for and within what is believable', () => {
    for (const seed of ['a', 'b', 'c']) {
      const value = valueWithin({ ...asked, min: -1_000, max: 1_000 }, diceOf(seed));
      expect(value).toBeGreaterThan(-130);
      expect(value).toBeLessThan(140);
      expect(valueWithin({ ...asked, min: 70, max: 70.00001 }, diceOf(seed))).toBeCloseTo(70, 4);
    }
  });

  it('is like its neighbours', () => {
    const values = Array.from({ length: 50 }, (_, seed) =>
      valueWithin({ ...asked, unit: 'Cel', max: 40 }, diceOf(String(seed))),
    );
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(QUANTITIES.air_temperature.neighbour_spread_min);
    expect(new Set(values).size).toBeGreaterThan(40);
  });

  it('can be invented: then it lies outside', () => {
    expect(valueOutside(asked)).toBeGreaterThan(asked.max);
  });
});
