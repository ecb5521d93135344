import type { Area, Polygon } from '@groundtruth/sdk/protocol';
import * as fc from 'fast-check';
import { areasMeet } from './geometry.js';

const ring = (...corners: [lng: number, lat: number][]): Polygon => ({
  type: 'Polygon',
  coordinates: [[...corners, corners[0]!]],
});
const UNIT = ring([0, 0], [1, 0], [1, 1], [0, 1]);
/** A horseshoe, open to the north. */
const HORSESHOE = ring([0, 0], [3, 0], [3, 3], [2, 3], [2, 1], [1, 1], [1, 3], [0, 3]);

const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
const area: fc.Arbitrary<Area> = fc.oneof(
  fc.record({ lat: coordinate, lng: coordinate, radius_m: fc.double({ min: 10, max: 50_000, noNaN: true }) }),
  fc
    .tuple(coordinate, coordinate, fc.double({ min: 0.01, max: 2, noNaN: true }))
    .map(([lng, lat, size]) => ring([lng, lat], [lng + size, lat], [lng, lat + size])),
);

describe('two areas', () => {
  it.each<[string, Area, Area, boolean]>([
    ['a circle inside a polygon', { lat: 0.5, lng: 0.5, radius_m: 10 }, UNIT, true],
    ['a circle beside an edge, reaching it', { lat: 0.5, lng: 1.1, radius_m: 11_200 }, UNIT, true],
    ['a circle beside an edge, not reaching it', { lat: 0.5, lng: 1.1, radius_m: 10_000 }, UNIT, false],
    ['a circle off a corner, its box overlapping', { lat: 1.1, lng: 1.1, radius_m: 14_000 }, UNIT, false],
    ['a circle around a polygon', { lat: 0.05, lng: 0.05, radius_m: 50_000 }, ring([0, 0], [0.1, 0], [0, 0.1]), true],
    ['a circle in the gap of a horseshoe', { lat: 2.5, lng: 1.5, radius_m: 10_000 }, HORSESHOE, false],
    ['polygons that cross like a plus, no corner inside', ring([-1, 0.4], [2, 0.4], [2, 0.6], [-1, 0.6]), UNIT, true],
    ['polygons that share an edge', ring([1, 0], [2, 0], [2, 1], [1, 1]), UNIT, true],
    ['polygons that share a corner', ring([1, 1], [2, 1], [2, 2]), UNIT, true],
    ['a polygon in the gap of a horseshoe', ring([1.2, 2], [1.8, 2], [1.5, 2.5]), HORSESHOE, false],
    ['circles that overlap', { lat: 0, lng: 0, radius_m: 600 }, { lat: 0, lng: 0.01, radius_m: 600 }, true],
    ['circles apart', { lat: 0, lng: 0, radius_m: 500 }, { lat: 0, lng: 0.01, radius_m: 500 }, false],
    ['circles in the far north', { lat: 70, lng: 20, radius_m: 1_000 }, { lat: 70, lng: 20.05, radius_m: 1_000 }, true],
  ])('%s', (_, a, b, meet) => {
    expect(areasMeet(a, b)).toBe(meet);
    expect(areasMeet(b, a)).toBe(meet);
  });

  it('meet in either order, and each meets itself', () => {
    fc.assert(
      fc.property(area, area, (a, b) => {
        expect(areasMeet(a, b)).toBe(areasMeet(b, a));
        expect(areasMeet(a, a)).toBe(true);
      }),
    );
  });

  it('still meet when one of them grows', () => {
    fc.assert(
      fc.property(area, coordinate, coordinate, fc.integer({ min: 10, max: 25_000 }), (a, lat, lng, radius_m) => {
        fc.pre(areasMeet(a, { lat, lng, radius_m }));
        expect(areasMeet(a, { lat, lng, radius_m: 2 * radius_m })).toBe(true);
      }),
    );
  });
});
