import { fromCanonical, QUANTITIES, QUANTITY_KINDS, quantityOf, toCanonical } from './units.js';

describe('the table of quantities', () => {
  it.each([
    ['air_temperature', 'K', 273.15, 0],
    ['air_temperature', '[degF]', 212, 100],
    ['air_temperature', '[degF]', -40, -40],
    ['air_pressure', 'Pa', 101_325, 1013.25],
    ['air_pressure', 'mm[Hg]', 760, 1013.25],
    ['wind_speed', 'km/h', 36, 10],
    ['wind_speed', '[kn_i]', 3600, 1852],
    ['wind_speed', '[mi_i]/h', 1, 0.44704],
    ['particulate_matter_2_5', 'mg/m3', 0.035, 35],
    ['water_level', '[ft_i]', 10, 3.048],
    ['sound_level', 'B[SPL]', 9, 90],
  ])('converts %s in %s: %d is %d canonical, and back', (kind, unit, stated, canonical) => {
    expect(toCanonical(kind, unit, stated)).toBeCloseTo(canonical, 3);
    expect(fromCanonical(kind, unit, toCanonical(kind, unit, stated)!)).toBeCloseTo(stated, 9);
  });

  it.each(QUANTITY_KINDS)('takes %s in its canonical unit as it is, with bars that make sense', (kind) => {
    const { unit, units, plausible, step_per_minute_max, neighbour_spread_min } = QUANTITIES[kind];
    expect(Object.keys(units)).toContain(unit);
    expect(toCanonical(kind, unit, 12.5)).toBe(12.5);
    expect(plausible.min).toBeLessThan(plausible.max);
    expect(step_per_minute_max).toBeGreaterThan(0);
    expect(neighbour_spread_min).toBeGreaterThan(0);
  });

  it('knows no others, and no unit of another quantity', () => {
    expect(quantityOf('hasOwnProperty')).toBeNull();
    expect(toCanonical('air_temperature', 'hPa', 1)).toBeNull();
    expect(toCanonical('mood', 'Cel', 1)).toBeNull();
    expect(fromCanonical('air_temperature', 'valueOf', 1)).toBeNull();
  });
});
