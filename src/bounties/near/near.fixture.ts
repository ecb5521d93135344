import fc from 'fast-check';
import { BOUNTY_SORTS, type Id } from '@groundtruth/sdk/protocol';
import { roundDegrees } from './near.cells.js';
import { compare, isNear, positionOf, type Hit, type Listed, type NearQuery } from './near.order.js';

/** Middles of two of the twelve pentagons of the grid at resolution 8, a pole, the antimeridian, the equator and a city. */
const PLACES = [
  { lat: 64.7, lng: 10.53619907546767 },
  { lat: 50.10320148224133, lng: -143.47848984825116 },
  { lat: 89.99, lng: 12 },
  { lat: -17, lng: 179.995 },
  { lat: 0, lng: 0 },
  { lat: 32.7448, lng: 129.8737 },
] as const;

const around = ({ lat, lng }: { lat: number; lng: number }) =>
  fc
    .record({
      north: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
      east: fc.double({ min: -0.3, max: 0.3, noNaN: true }),
    }) // prettier-ignore
    .map(({ north, east }) => ({
      lat: roundDegrees(Math.min(90, lat + north)),
      lng: roundDegrees(((lng + east + 540) % 360) - 180),
    }));
const placeArbitrary = fc.constantFrom(...PLACES).chain(around);

const extentArbitrary = fc.oneof(
  fc.double({ min: 10, max: 250, noNaN: true }),
  fc.constantFrom(250, 251, 2_000, 2_001, 15_000, 15_001, 70_000),
);

/** Open bounties, some at equal prices, of every size of area. */
export const listedArbitrary: fc.Arbitrary<Listed[]> = fc
  .array(
    fc.record({
      place: placeArbitrary,
      extent_m: extentArbitrary,
      price: fc.bigInt({ min: 1n, max: 12n }),
      kind: fc.constantFrom('photo', 'video'),
      number: fc.nat(0xffff),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((rows) =>
    rows.map(({ place, number, ...row }, i) => {
      const bounty_id = `bty_${number.toString(16).padStart(4, '0')}${i.toString(16).padStart(4, '0')}` as Id<'bounty'>;
      return { ...row, ...place, bounty_id, mode: 'live' as const };
    }),
  );

export const queryArbitrary: fc.Arbitrary<NearQuery> = fc.record({
  mode: fc.constant('live' as const),
  kind: fc.constantFrom(null, 'photo'),
  point: placeArbitrary,
  radius_m: fc.constantFrom(1, 500, 2_000, 5_000),
  sort: fc.constantFrom(...BOUNTY_SORTS),
  after: fc.option(fc.constant({ value: 6n, bounty_id: 'bty_80000000' }), { nil: null }),
  limit: fc.integer({ min: 1, max: 20 }),
});

/** What a search must answer, by looking at every bounty. */
export function byLookingAtAll(rows: readonly Listed[], query: NearQuery): Hit[] {
  const { sort, after, kind, limit } = query;
  return rows
    .filter((row) => (kind === null || row.kind === kind) && isNear(row, query))
    .map((row) => positionOf(row, query))
    .filter((hit) => after === null || compare(sort, after, hit) < 0)
    .sort((one, other) => compare(sort, one, other))
    .slice(0, limit);
}
