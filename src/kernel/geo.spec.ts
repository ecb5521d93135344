import fc from 'fast-check';
import type { Circle, Point, Polygon } from '@groundtruth/sdk/protocol';
import {
  areaCells,
  boundingBox,
  boundingCircle,
  cellOf,
  circleProblem,
  contains,
  distanceM,
  distanceToAreaM,
  polygonProblem,
  signedDistanceM,
} from './geo.js';

const METRES_PER_DEGREE = 111_195.08;
const polygon = (...ring: [number, number][]): Polygon => ({ type: 'Polygon', coordinates: [ring] });
const rectangle = (west: number, south: number, east: number, north: number): Polygon =>
  polygon([west, south], [east, south], [east, north], [west, north], [west, south]);
/** About 1.1 km by 0.9 km at 32.74° north. */
const HARBOUR = rectangle(129.87, 32.74, 129.88, 32.75);

const anyPoint = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lng: fc.double({ min: -180, max: 180, noNaN: true }),
});
const calmPoint = fc.record({
  lat: fc.double({ min: -80, max: 80, noNaN: true }),
  lng: fc.double({ min: -170, max: 170, noNaN: true }),
});
const anyCircle = fc
  .record({ at: calmPoint, radius_m: fc.double({ min: 10, max: 50_000, noNaN: true }) })
  .map(({ at, radius_m }): Circle => ({ ...at, radius_m }));
/** A star around a middle: corners at rising angles, so the ring never crosses itself and its middle is inside. */
const anyStar = fc
  .record({
    at: fc.record({
      lat: fc.double({ min: -65, max: 65, noNaN: true }),
      lng: fc.double({ min: -170, max: 170, noNaN: true }),
    }),
    reaches: fc.array(fc.double({ min: 0.01, max: 0.1, noNaN: true }), { minLength: 4, maxLength: 24 }),
  })
  .map(({ at, reaches }) => {
    const corners = reaches.map((reach, i): [number, number] => {
      const angle = (2 * Math.PI * i) / reaches.length;
      return [at.lng + reach * Math.cos(angle), at.lat + reach * Math.sin(angle)];
    });
    return { at, area: polygon(...corners, corners[0]!) };
  });

/** The point `m` metres from `from` towards `bearing` (radians), by the direct formula on a sphere. */
function walk(from: Point, bearing: number, m: number): Point {
  const reach = m / 6_371_008.8;
  const [lat, rad] = [(from.lat * Math.PI) / 180, 180 / Math.PI];
  const there = Math.asin(Math.sin(lat) * Math.cos(reach) + Math.cos(lat) * Math.sin(reach) * Math.cos(bearing));
  const turn = Math.atan2(
    Math.sin(bearing) * Math.sin(reach) * Math.cos(lat),
    Math.cos(reach) - Math.sin(lat) * Math.sin(there),
  );
  return { lat: there * rad, lng: ((from.lng + turn * rad + 540) % 360) - 180 };
}

describe('the distance between two points', () => {
  it('agrees with known distances', () => {
    expect(distanceM({ lat: 0, lng: 0 }, { lat: 1, lng: 0 })).toBeCloseTo(METRES_PER_DEGREE, 1);
    expect(distanceM({ lat: 60, lng: 0 }, { lat: 60, lng: 0.01 })).toBeCloseTo(METRES_PER_DEGREE / 200, 1);
    // Paris to London, 343.5 km on a sphere.
    expect(distanceM({ lat: 48.8566, lng: 2.3522 }, { lat: 51.5074, lng: -0.1278 })).toBeCloseTo(343_556, -2);
  });

  it('is right across the antimeridian and at the poles', () => {
    expect(distanceM({ lat: 0, lng: 179.5 }, { lat: 0, lng: -179.5 })).toBeCloseTo(METRES_PER_DEGREE, 1);
    expect(distanceM({ lat: 90, lng: 10 }, { lat: 90, lng: -120 })).toBeCloseTo(0, 6);
  });

  it('is a metric: zero to itself, the same both ways, never longer by a detour', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, anyPoint, (a, b, c) => {
        expect(distanceM(a, a)).toBe(0);
        expect(distanceM(a, b)).toBeCloseTo(distanceM(b, a), 6);
        // The haversine formula loses centimetres on the far side of the globe.
        expect(distanceM(a, c)).toBeLessThanOrEqual(distanceM(a, b) + distanceM(b, c) + 1);
      }),
    );
  });
});

describe('a point and a circle', () => {
  it('finds the point inside one metre before the border and outside one metre after it', () => {
    fc.assert(
      fc.property(anyCircle, fc.double({ min: 0, max: 6.28, noNaN: true }), (circle, bearing) => {
        expect(contains(circle, walk(circle, bearing, circle.radius_m - 1))).toBe(true);
        expect(contains(circle, walk(circle, bearing, circle.radius_m + 1))).toBe(false);
        expect(distanceToAreaM(circle, walk(circle, bearing, circle.radius_m + 250))).toBeCloseTo(250, 2);
        expect(signedDistanceM(circle, circle)).toBe(-circle.radius_m);
      }),
    );
  });
});

describe('a point and a polygon', () => {
  it.each([
    ['north', { lat: 32.75, lng: 129.875 }, { lat: 1, lng: 0 }],
    ['east', { lat: 32.745, lng: 129.88 }, { lat: 0, lng: 1 }],
    ['south', { lat: 32.74, lng: 129.875 }, { lat: -1, lng: 0 }],
    ['west', { lat: 32.745, lng: 129.87 }, { lat: 0, lng: -1 }],
  ])('is inside just before the %s border, on it, and outside just after it', (_side, border, out) => {
    const step = (m: number): Point => ({
      lat: border.lat + (out.lat * m) / METRES_PER_DEGREE,
      lng: border.lng + (out.lng * m) / METRES_PER_DEGREE / Math.cos((border.lat * Math.PI) / 180),
    });
    expect(contains(HARBOUR, step(-0.5))).toBe(true);
    expect(contains(HARBOUR, border)).toBe(true);
    expect(contains(HARBOUR, step(0.5))).toBe(false);
    expect(signedDistanceM(HARBOUR, step(-20))).toBeCloseTo(-20, 1);
    expect(distanceToAreaM(HARBOUR, step(20))).toBeCloseTo(20, 1);
  });

  it('leaves a notch outside', () => {
    const notched = polygon([0, 0], [0.02, 0], [0.02, 0.02], [0.01, 0.005], [0, 0.02], [0, 0]);
    expect(contains(notched, { lat: 0.015, lng: 0.01 })).toBe(false);
    expect(contains(notched, { lat: 0.004, lng: 0.01 })).toBe(true);
  });

  it('contains every corner, the middle of a star and each point between the two', () => {
    fc.assert(
      fc.property(anyStar, fc.double({ min: 0, max: 1, noNaN: true }), ({ at, area }, share) => {
        expect(polygonProblem(area)).toBeNull();
        for (const [lng, lat] of area.coordinates[0]) {
          expect(distanceToAreaM(area, { lat, lng })).toBe(0);
          expect(contains(area, { lat: at.lat + share * (lat - at.lat), lng: at.lng + share * (lng - at.lng) })).toBe(
            true,
          );
        }
      }),
    );
  });

  it('does not depend on the direction or the first corner of the ring', () => {
    fc.assert(
      fc.property(anyStar, fc.double({ min: -0.2, max: 0.2, noNaN: true }), fc.nat(), ({ at, area }, off, shift) => {
        const point = { lat: at.lat + off, lng: at.lng + off / 2 };
        const corners = area.coordinates[0].slice(0, -1);
        const turned = corners.map((_, i) => corners[(i + shift) % corners.length]!).reverse();
        expect(signedDistanceM(polygon(...turned, turned[0]!), point)).toBeCloseTo(signedDistanceM(area, point), 6);
      }),
    );
  });
});

describe('the shape of an area', () => {
  it.each([
    ['is not closed', polygon([0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01]), 'not closed'],
    ['has two corners', polygon([0, 0], [0.01, 0], [0, 0]), 'three corners'],
    ['visits a corner twice', polygon([0, 0], [0.01, 0], [0.01, 0.01], [0.01, 0], [0, 0.01], [0, 0]), 'corner twice'],
    ['crosses itself', polygon([0, 0], [0.02, 0.01], [0.02, 0], [0, 0.03], [0, 0]), 'crosses or touches itself'],
    ['touches itself', polygon([0, 0], [0.02, 0], [0.02, 0.02], [0.01, 0], [0, 0.02], [0, 0]), 'touches itself'],
    [
      'runs along itself',
      polygon([0, 0], [0.03, 0], [0.03, 0.01], [0.04, 0.01], [0.04, 0], [0.02, 0], [0, 0.02], [0, 0]),
      'touches itself',
    ],
    ['doubles back', polygon([0, 0], [0.02, 0], [0.01, 0], [0.01, 0.01], [0, 0]), 'touches itself'],
    ['doubles back past a corner', polygon([0, 0], [0, 0.01], [0.01, 0.01], [-0.01, 0.01], [0, 0]), 'touches itself'],
    ['doubles back at its first corner', polygon([0, 0], [0.02, 0], [0.02, 0.01], [0.01, 0], [0, 0]), 'touches itself'],
    ['is a line', polygon([0, 0], [0.02, 0], [0.01, 0], [0, 0]), 'smaller'],
    ['crosses the antimeridian', polygon([179.99, 0], [-179.99, 0], [-179.99, 0.01], [179.99, 0]), 'antimeridian'],
    ['touches a pole', polygon([0, 89.99], [10, 90], [20, 89.99], [0, 89.99]), 'pole'],
    ['reaches further than a circle may', rectangle(0, 0, 0.7, 0.7), 'beyond 50000 m'],
    ['is a sliver', rectangle(0, 0, 0.01, 0.0000001), 'smaller'],
  ])('is refused when it %s', (_fault, area, problem) => {
    expect(polygonProblem(area)).toContain(problem);
  });

  it('is taken just inside the largest and the smallest size and refused just outside', () => {
    expect(polygonProblem(rectangle(0, 0, 0.635, 0.635))).toBeNull();
    expect(polygonProblem(rectangle(0, 0, 0.637, 0.637))).toMatch(/50000 m/);
    const side = Math.sqrt(Math.PI * 100) / METRES_PER_DEGREE;
    expect(polygonProblem(rectangle(0, 0, side * 1.001, side * 1.001))).toBeNull();
    expect(polygonProblem(rectangle(0, 0, side * 0.999, side * 0.999))).toMatch(/smaller/);
  });

  it.each([
    ['reaches a pole', { lat: 89.99, lng: 0, radius_m: 1_112.5 }, { lat: 89.99, lng: 0, radius_m: 1_111.5 }],
    [
      'crosses the antimeridian',
      { lat: 0, lng: 179.99, radius_m: 1_112.5 },
      { lat: 0, lng: 179.99, radius_m: 1_111.5 },
    ],
  ])('is refused as a circle when it %s, not just before', (_fault, outside, inside) => {
    expect(circleProblem(outside)).toEqual(expect.any(String));
    expect(circleProblem(inside)).toBeNull();
  });

  it('may have edges on one line that do not meet', () => {
    const comb: [number, number][] = [
      [0, 0],
      [0.01, 0],
      [0.01, 0.01],
      [0.02, 0.01],
      [0.02, 0],
      [0.03, 0],
      [0.03, 0.02],
      [0, 0.02],
      [0, 0],
    ];
    expect(polygonProblem(polygon(...comb))).toBeNull();
  });

  it('lies within its box and its bounding circle', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyCircle,
          anyStar.map(({ area }) => area),
        ),
        calmPoint,
        (area, far) => {
          const box = boundingBox(area);
          const middle = { lat: (box.south + box.north) / 2, lng: (box.west + box.east) / 2 };
          for (const share of [0, 0.3, 0.6, 0.9, 1]) {
            const point = {
              lat: middle.lat + share * (far.lat - middle.lat) * 0.01,
              lng: middle.lng + share * (far.lng - middle.lng) * 0.01,
            };
            if (!contains(area, point)) continue;
            expect(distanceM(boundingCircle(area), point)).toBeLessThanOrEqual(boundingCircle(area).radius_m + 0.01);
            expect([point.lat >= box.south - 1e-9, point.lat <= box.north + 1e-9]).toEqual([true, true]);
            expect([point.lng >= box.west - 1e-9, point.lng <= box.east + 1e-9]).toEqual([true, true]);
          }
        },
      ),
    );
  });
});

describe('the cells of an area', () => {
  const anywhere = fc.record({ at: anyPoint, radius_m: fc.double({ min: 1, max: 100_000, noNaN: true }) });

  it('hold the cell of every point of a circle, poles and antimeridian included', () => {
    fc.assert(
      fc.property(
        anywhere,
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (circle, bearing, share) => {
          const cells = areaCells({ ...circle.at, radius_m: circle.radius_m }, 7);
          expect(cells).toContain(cellOf(circle.at, 7));
          expect(cells).toContain(cellOf(walk(circle.at, bearing, share * circle.radius_m * 0.999), 7));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('hold the cell of every corner of a polygon and of its middle', () => {
    fc.assert(
      fc.property(anyStar, ({ at, area }) => {
        const cells = areaCells(area, 8);
        for (const [lng, lat] of area.coordinates[0]) expect(cells).toContain(cellOf({ lat, lng }, 8));
        expect(cells).toContain(cellOf(at, 8));
      }),
      { numRuns: 40 },
    );
  });

  it('leave out cells that a small circle does not touch', () => {
    const middle = { lat: 32.7448, lng: 129.8737 };
    expect(areaCells({ ...middle, radius_m: 10 }, 7)).toEqual([cellOf(middle, 7)]);
  });

  it('are refused when there would be too many', () => {
    expect(() => areaCells({ lat: 0, lng: 0, radius_m: 50_000 }, 10)).toThrow(RangeError);
  });
});
