import { isPolygon, type Area, type Point } from '@groundtruth/sdk/protocol';
import { distanceM, radians } from './geo-distance.js';

type Position = readonly [lng: number, lat: number];

/** Within this of the border a point counts as on it: far below any positioning, far above the rounding of doubles. */
const BORDER_M = 0.001;

/** Whether a point lies in an area; its border belongs to it. */
export function contains(area: Area, point: Point): boolean {
  return signedDistanceM(area, point) <= BORDER_M;
}

/** Metres from a point to an area: 0 inside and on its border. */
export function distanceToAreaM(area: Area, point: Point): number {
  return contains(area, point) ? 0 : signedDistanceM(area, point);
}

/** Metres to the border of an area, negative inside. The area must be valid (`polygonProblem`, `circleProblem`). */
export function signedDistanceM(area: Area, point: Point): number {
  if (!isPolygon(area)) return distanceM(area, point) - area.radius_m;
  const ring = area.coordinates[0];
  const toBorder = Math.min(...edgesOf(ring).map(([from, to]) => distanceM(point, nearest(from, to, point))));
  return isInside(ring, point) ? -toBorder : toBorder;
}

export function edgesOf(ring: readonly Position[]): [Position, Position][] {
  return ring.slice(1).map((to, i) => [ring[i]!, to]);
}

/** Even–odd rule in the plane of degrees, where GeoJSON edges are straight (RFC 7946 section 3.1.1). */
function isInside(ring: readonly Position[], point: Point): boolean {
  const crossings = edgesOf(ring).filter(([[x1, y1], [x2, y2]]) => {
    if (y1 > point.lat === y2 > point.lat) return false;
    return point.lng < x1 + ((point.lat - y1) / (y2 - y1)) * (x2 - x1);
  });
  return crossings.length % 2 === 1;
}

/**
 * The point of an edge that is nearest in the plane tangent at `point`: exact close by, and a little too far, never too near,
 * for an edge tens of kilometres away.
 */
function nearest([x1, y1]: Position, [x2, y2]: Position, point: Point): Point {
  const narrowing = Math.cos(radians(point.lat));
  const [dx, dy] = [(x2 - x1) * narrowing, y2 - y1];
  const along = ((point.lng - x1) * narrowing * dx + (point.lat - y1) * dy) / (dx * dx + dy * dy);
  const share = Number.isNaN(along) ? 0 : Math.min(1, Math.max(0, along));
  return { lat: y1 + share * (y2 - y1), lng: x1 + share * (x2 - x1) };
}
