import type { Area } from '@groundtruth/sdk/protocol';
import { boundingBox, type BoundingBox } from '../../kernel/geo.js';
import type { SensitivePlace, SensitivePlaces } from '../facts.js';

/** Side of a cell of the grid in degrees: about 5 km, so that an area as large as bounties may have touches some hundreds. */
const CELL_DEGREES = 0.05;
/** Latitudes nearer to a pole than this count as this one: there, cells are too narrow to be worth more. */
const LATITUDE_MAX = 85;
const METRES_PER_DEGREE = 111_195;

interface Boxed {
  readonly place: SensitivePlace;
  readonly box: BoundingBox;
}

/** Places by the cells of a grid their boxes touch, so that a decision looks at those around it, however many there are. */
export class PlaceIndex implements SensitivePlaces {
  private readonly cells = new Map<string, Boxed[]>();

  constructor(
    readonly version: string,
    places: readonly SensitivePlace[],
  ) {
    for (const place of places) {
      const boxed = { place, box: boundingBox(place.area) };
      for (const cell of cellsOf(boxed.box)) {
        const there = this.cells.get(cell);
        if (there) there.push(boxed);
        else this.cells.set(cell, [boxed]);
      }
    }
  }

  near(area: Area, reach_m: number): readonly SensitivePlace[] {
    const around = grown(boundingBox(area), reach_m);
    const found = new Set<SensitivePlace>();
    for (const cell of cellsOf(around)) {
      for (const { place, box } of this.cells.get(cell) ?? []) if (meet(box, around)) found.add(place);
    }
    return [...found];
  }
}

/** No place at all. */
export const NO_PLACES: SensitivePlaces = new PlaceIndex('none', []);

function grown({ south, north, west, east }: BoundingBox, reach_m: number): BoundingBox {
  const up = reach_m / METRES_PER_DEGREE;
  const latitude = Math.min(LATITUDE_MAX, Math.max(Math.abs(south), Math.abs(north)) + up);
  const across = up / Math.cos((latitude * Math.PI) / 180);
  return { south: south - up, north: north + up, west: west - across, east: east + across };
}

function cellsOf({ south, north, west, east }: BoundingBox): string[] {
  const cell = (degrees: number): number => Math.floor(degrees / CELL_DEGREES);
  const cells: string[] = [];
  for (let row = cell(south); row <= cell(north); row++)
    for (let column = cell(west); column <= cell(east); column++) cells.push(`${row}:${column}`);
  return cells;
}

const meet = (one: BoundingBox, other: BoundingBox): boolean =>
  one.west <= other.east && other.west <= one.east && one.south <= other.north && other.south <= one.north;
