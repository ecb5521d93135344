import { cellToLatLng, getHexagonEdgeLengthAvg, gridDiskDistances, latLngToCell } from 'h3-js';
import type { Point } from '@groundtruth/sdk/protocol';
import { distanceM } from '../../kernel/geo.js';

/** Where a bounty is listed: one cell, however large its area is. */
export interface Place extends Point {
  /** Distance from the middle of its area to the furthest point of it, metres. */
  readonly extent_m: number;
}

/** Cells a search looks at, as 15 hex digits. Every place listed in a cell of `inside` is within reach; of the others each must be asked. */
export interface Cover {
  readonly inside: readonly string[];
  readonly border: readonly string[];
}

/**
 * Small areas are listed in small cells, large ones in large cells: a search for small ones then need not look as far as the largest reaches.
 * A released level is never changed; rows are listed by it.
 */
const LEVELS = [
  { extent_m_max: 250, resolution: 8 },
  { extent_m_max: 2_000, resolution: 7 },
  { extent_m_max: 15_000, resolution: 5 },
  { extent_m_max: Infinity, resolution: 3 },
] as const;
/** No area reaches further than this: the longest polygon allowed is 100 km across. */
const EXTENT_M_MAX = 100_000;

/** Corners of a cell are never further from its middle than this many average edges (measured over the globe: 1.101). */
const REACH_EDGES = 1.12;

/**
 * Degrees to a tenth of a millimetre. Postgres refuses to square numbers next to zero ("underflow"), so one bounty a hair's breadth off the equator
 * would stop every search that comes upon it.
 */
export const roundDegrees = (degrees: number): number => Math.round(degrees * 1e9) / 1e9;

/** The cell of the middle of an area, of the resolution that its extent asks for. */
export function listedIn({ lat, lng, extent_m }: Place): string {
  const level = LEVELS.find(({ extent_m_max }) => extent_m <= extent_m_max)!;
  return latLngToCell(lat, lng, level.resolution);
}

/** The cells in which any place is listed whose area may come within `radius_m` of a point. */
export function coverOf(point: Point, radius_m: number): Cover {
  const cover = { inside: [] as string[], border: [] as string[] };
  for (const { extent_m_max, resolution } of LEVELS) {
    const edgeM = getHexagonEdgeLengthAvg(resolution, 'm');
    const cellM = REACH_EDGES * edgeM;
    const farthestM = radius_m + Math.min(extent_m_max, EXTENT_M_MAX) + cellM;
    for (const { cell, awayM } of middlesWithin(point, farthestM, resolution)) {
      cover[awayM + cellM <= radius_m ? 'inside' : 'border'].push(cell);
    }
  }
  return cover;
}

/** Every cell whose middle lies within a distance: rings of cells are taken until one lies wholly beyond it. */
function middlesWithin(point: Point, farthestM: number, resolution: number): { cell: string; awayM: number }[] {
  const home = latLngToCell(point.lat, point.lng, resolution);
  for (let rings = ringsExpected(farthestM, resolution); ; rings++) {
    const disk = gridDiskDistances(home, rings).map((ring) =>
      ring.map((cell) => {
        const [lat, lng] = cellToLatLng(cell);
        return { cell, awayM: distanceM(point, { lat, lng }) };
      }),
    );
    if (disk[rings]!.every(({ awayM }) => awayM > farthestM))
      return disk.flat().filter(({ awayM }) => awayM <= farthestM);
  }
}

/** Rings are 1.5 edges apart; more only near the grid's twelve pentagons, where they are about one. */
function ringsExpected(farthestM: number, resolution: number): number {
  return Math.ceil((farthestM / getHexagonEdgeLengthAvg(resolution, 'm') + REACH_EDGES) / 1.5);
}
