import { isPolygon, type Area, type Polygon } from '@groundtruth/sdk/protocol';
import { boundingBox, signedDistanceM, type BoundingBox } from '../kernel/geo.js';

type Position = readonly [lng: number, lat: number];

/** Circles reach this much farther than their radius: distances to far edges are a little off, and a miss is worse than a false hit. */
const REACH = 1.03;

/**
 * Whether two areas share a point; touching counts. Edges are straight in degrees, as GeoJSON says. Neither area crosses the antimeridian
 * (`polygonProblem`, `circleProblem`).
 */
export function areasMeet(a: Area, b: Area): boolean {
  if (areBoxesApart(boundingBox(widened(a)), boundingBox(widened(b)))) return false;
  if (!isPolygon(a)) return signedDistanceM(widened(b), a) <= a.radius_m * REACH;
  if (!isPolygon(b)) return signedDistanceM(a, b) <= b.radius_m * REACH;
  return polygonsMeet(a, b);
}

/** Each inside the other, or their borders crossing. */
function polygonsMeet(a: Polygon, b: Polygon): boolean {
  const edges = edgesOf(b);
  return (
    isCornerInside(a, b) ||
    isCornerInside(b, a) ||
    edgesOf(a).some(([from, to]) => edges.some(([start, end]) => edgesMeet(from, to, start, end)))
  );
}

function isCornerInside(outer: Polygon, inner: Polygon): boolean {
  return inner.coordinates[0].some(([lng, lat]) => signedDistanceM(outer, { lat, lng }) <= 0);
}

function edgesMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  const [abc, abd, cda, cdb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (abc === 0 && abd === 0) return !areBoxesApart(boxOf(a, b), boxOf(c, d)); // All on one line.
  return abc * abd <= 0 && cda * cdb <= 0;
}

/** On which side of the line from `a` to `b` the point `c` lies: -1, 1, or 0 on the line. */
function side(a: Position, b: Position, c: Position): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

function edgesOf({ coordinates: [ring] }: Polygon): [Position, Position][] {
  return ring.slice(1).map((to, i) => [ring[i]!, to]);
}

const widened = (area: Area): Area => (isPolygon(area) ? area : { ...area, radius_m: area.radius_m * REACH });

function boxOf([x1, y1]: Position, [x2, y2]: Position): BoundingBox {
  return { west: Math.min(x1, x2), east: Math.max(x1, x2), south: Math.min(y1, y2), north: Math.max(y1, y2) };
}

/** False when a side is no number (a circle over a pole): then the exact test decides. */
function areBoxesApart(a: BoundingBox, b: BoundingBox): boolean {
  return a.west > b.east || b.west > a.east || a.south > b.north || b.south > a.north;
}
