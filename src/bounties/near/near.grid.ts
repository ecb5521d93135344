import type { Point } from '@groundtruth/sdk/protocol';
import { distanceM, halfWidthDegrees, METRES_PER_DEGREE } from '../../kernel/geo.js';
import type { Place } from './near.cells.js';

/** Squares a search looks at. Every place listed in a square of `inside` is within the radius; of the others each must be asked. */
export interface Squares {
  readonly inside: readonly number[];
  readonly border: readonly number[];
}

/**
 * As the cells in the database: small areas in small squares. In memory a grid of degrees does, and finding its squares costs a tenth of finding
 * hexagons; it need not last longer than the process.
 */
const LEVELS = [
  { extent_m_max: 250, degrees: 0.01 },
  { extent_m_max: 2_000, degrees: 0.05 },
  { extent_m_max: 15_000, degrees: 0.25 },
  { extent_m_max: 100_000, degrees: 2 },
] as const;
/** Of a wider square, which only poles have, the corners are not the furthest points. */
const WIDTH_DEGREES_MAX = 90;

/** Bits of a key, from the low end: column, band, level. */
const COLUMNS = 2 ** 16;
const BANDS = 2 ** 15;

/** The square that a place is listed in. */
export function squareOf(place: Place): number {
  const level = Math.max(0, LEVELS.findIndex(({ extent_m_max }) => place.extent_m <= extent_m_max)); // prettier-ignore
  const band = bandOf(place.lat, LEVELS[level]!.degrees);
  const columns = columnsOf(band, LEVELS[level]!.degrees);
  return keyOf(level, band, columnOf(place.lng, columns) % columns);
}

/** The squares in which any place is listed whose area may come within `radius_m` of a point. */
export function squaresAround(point: Point, radius_m: number): Squares {
  const squares = { inside: [] as number[], border: [] as number[] };
  for (const [level, { extent_m_max, degrees }] of LEVELS.entries()) {
    const reach_m = radius_m + extent_m_max;
    const height = reach_m / METRES_PER_DEGREE;
    const half = halfWidthDegrees({ ...point, radius_m: reach_m });
    const north = bandOf(Math.min(90, point.lat + height), degrees);
    for (let band = bandOf(Math.max(-90, point.lat - height), degrees); band <= north; band++) {
      const columns = columnsOf(band, degrees);
      const first = columnOf(point.lng - half, columns);
      const last = Math.min(columnOf(point.lng + half, columns), first + columns - 1);
      for (let column = first; column <= last; column++) {
        const key = keyOf(level, band, ((column % columns) + columns) % columns);
        const inside = isInside(point, radius_m, band * degrees - 90, degrees, (column * 360) / columns - 180, 360 / columns); // prettier-ignore
        squares[inside ? 'inside' : 'border'].push(key);
      }
    }
  }
  return squares;
}

const bandOf = (lat: number, degrees: number): number => Math.floor((lat + 90) / degrees);
const columnOf = (lng: number, columns: number): number => Math.floor(((lng + 180) / 360) * columns);
const keyOf = (level: number, band: number, column: number): number => (level * BANDS + band) * COLUMNS + column;

/** Columns of a band, so that its squares are about as wide as high. */
function columnsOf(band: number, degrees: number): number {
  const middle = Math.min(90, (band + 0.5) * degrees - 90);
  return Math.max(1, Math.round((360 / degrees) * Math.cos((middle * Math.PI) / 180)));
}

function isInside(point: Point, radius_m: number, south: number, height: number, west: number, width: number): boolean {
  if (width > WIDTH_DEGREES_MAX) return false;
  return [south, south + height].every((lat) =>
    [west, west + width].every((lng) => distanceM(point, { lat, lng }) <= radius_m),
  );
}
