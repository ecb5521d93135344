import {
  POLYGON_TO_CELLS_FLAGS,
  cellToBoundary,
  cellToLatLng,
  getHexagonEdgeLengthAvg,
  gridDisk,
  latLngToCell,
  polygonToCellsExperimental,
} from 'h3-js';
import { isPolygon, type Area, type Circle, type Point } from '@groundtruth/sdk/protocol';
import { distanceM, radians } from './geo-distance.js';
import { boundingCircle } from './geo-extent.js';

/** Most cells one call may look at. A circle of 100 km at resolution 7 looks at 16,000; more is a wrong resolution, not a use. */
const CELLS_MAX = 50_000;

/** The H3 cell a point lies in, as 15 hex digits. `resolution` 0 (edge 1,281 km) to 15 (0.6 m); 7 is 1.4 km, 9 is 200 m. */
export function cellOf(point: Point, resolution: number): string {
  return latLngToCell(point.lat, point.lng, resolution);
}

/**
 * Every H3 cell the area touches, sorted, so that the same area always gives the same list. A circle may reach a pole or cross the
 * antimeridian (searches do); a polygon must be valid.
 * @throws {RangeError} when more than `CELLS_MAX` cells would have to be looked at.
 */
export function areaCells(area: Area, resolution: number): string[] {
  const rings = ringsAround(boundingCircle(area).radius_m, resolution);
  if (3 * rings * (rings + 1) + 1 > CELLS_MAX)
    throw new RangeError(`resolution ${resolution} is too fine for this area`);
  const cells = isPolygon(area)
    ? polygonToCellsExperimental(area.coordinates, resolution, POLYGON_TO_CELLS_FLAGS.containmentOverlapping, true)
    : cellsOfCircle(area, rings, resolution);
  return cells.sort();
}

/**
 * Rings of cells that surely cover a radius. Neighbouring centres are √3 edges apart, rings √3/2 of that, and cells near the
 * grid's twelve pentagons are smaller than average by a third: one edge a ring is below all of it. Two more for the rounding.
 */
function ringsAround(radius_m: number, resolution: number): number {
  return Math.ceil(radius_m / getHexagonEdgeLengthAvg(resolution, 'm')) + 2;
}

function cellsOfCircle(circle: Circle, rings: number, resolution: number): string[] {
  const home = cellOf(circle, resolution);
  const cellReachM = 2 * getHexagonEdgeLengthAvg(resolution, 'm');
  return gridDisk(home, rings).filter((cell) => {
    const [lat, lng] = cellToLatLng(cell);
    const beyondM = distanceM(circle, { lat, lng }) - circle.radius_m;
    return cell === home || beyondM <= 0 || (beyondM <= cellReachM && borderTouches(cell, circle));
  });
}

function borderTouches(cell: string, circle: Circle): boolean {
  const corners = cellToBoundary(cell).map(([lat, lng]) => project(circle, { lat, lng }));
  return corners.some((to, i) => originToSegmentM(corners.at(i - 1)!, to) <= circle.radius_m);
}

type Flat = readonly [x: number, y: number];

/** Azimuthal equidistant projection around `middle`, metres: distances from the middle are true anywhere on the globe. */
function project(middle: Point, point: Point): Flat {
  const [lat1, lat2, dlng] = [radians(middle.lat), radians(point.lat), radians(point.lng - middle.lng)];
  const east = Math.sin(dlng) * Math.cos(lat2);
  const north = Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(dlng);
  const length = Math.hypot(east, north);
  const scale = length === 0 ? 0 : distanceM(middle, point) / length;
  return [east * scale, north * scale];
}

function originToSegmentM([x1, y1]: Flat, [x2, y2]: Flat): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const share = Math.min(1, Math.max(0, -(x1 * dx + y1 * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x1 + share * dx, y1 + share * dy);
}
