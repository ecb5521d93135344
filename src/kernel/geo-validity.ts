import { RADIUS_M_MAX, RADIUS_M_MIN, type Circle, type Polygon } from '@groundtruth/sdk/protocol';
import { METRES_PER_DEGREE, radians } from './geo-distance.js';
import { edgesOf } from './geo-distance-to-area.js';
import { boundingBox, boundingCircle, halfWidthDegrees } from './geo-extent.js';

type Position = readonly [lng: number, lat: number];

/** Smallest polygon, square metres: that of the smallest circle, since positioning is no better for other shapes. */
const POLYGON_AREA_M2_MIN = Math.PI * RADIUS_M_MIN ** 2;

/** What is wrong with a circle, in words for its author, or null. */
export function circleProblem(circle: Circle): string | null {
  if (Math.abs(circle.lat) + circle.radius_m / METRES_PER_DEGREE >= 90) return 'the circle reaches a pole';
  const half = halfWidthDegrees(circle);
  return Math.abs(circle.lng) + half > 180
    ? 'the circle crosses the antimeridian; ask for a circle on either side'
    : null;
}

/** What is wrong with a polygon's shape, in words for its author, or null. Either direction of the ring is taken. */
export function polygonProblem(polygon: Polygon): string | null {
  const ring = polygon.coordinates[0];
  const corners = ring.slice(0, -1);
  if (!same(ring[0]!, ring.at(-1)!)) return 'the ring is not closed: its last position must repeat its first';
  if (corners.length < 3) return 'the ring needs at least three corners';
  if (new Set(corners.map(String)).size !== corners.length) return 'the ring visits a corner twice';
  if (edgesOf(ring).some(([a, b]) => Math.abs(a[0] - b[0]) > 180))
    return 'the ring crosses the antimeridian; split it in two';
  if (corners.some(([, lat]) => Math.abs(lat) === 90)) return 'the ring touches a pole';
  if (boundingCircle(polygon).radius_m > RADIUS_M_MAX)
    return `the polygon reaches beyond ${RADIUS_M_MAX} m of its middle`;
  if (crossesItself(ring)) return 'the ring crosses or touches itself';
  return areaM2(polygon) < POLYGON_AREA_M2_MIN
    ? `the polygon is smaller than ${Math.ceil(POLYGON_AREA_M2_MIN)} m²`
    : null;
}

/**
 * Whether two edges that are no neighbours share a point. Neighbours share their corner; one that returns along the other meets a
 * third edge there, or makes a triangle without area. At most 200 positions, so pairs are few.
 */
function crossesItself(ring: readonly Position[]): boolean {
  const edges = edgesOf(ring);
  const last = edges.length - 1;
  return edges.some(([a, b], i) =>
    edges.some(([c, d], j) => j > i + 1 && !(i === 0 && j === last) && touch(a, b, c, d)),
  );
}

/**
 * Whether each edge has the other's ends on different sides. Edges that overlap on one line need no rule of their own: where the
 * ring leaves that line, the leaving edge touches one of them, or it never leaves it and has no area.
 */
function touch(a: Position, b: Position, c: Position, d: Position): boolean {
  return turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
}

/** 1 when a → b → c turns left, -1 right, 0 straight. */
const turn = (a: Position, b: Position, c: Position): number =>
  Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

/** Shoelace area in the plane tangent at the middle of the box, square metres. */
function areaM2(polygon: Polygon): number {
  const { south, north, west } = boundingBox(polygon);
  const narrowing = Math.cos(radians((south + north) / 2));
  const flat = polygon.coordinates[0].map(([lng, lat]) => [(lng - west) * narrowing, lat - south] as const);
  const twice = edgesOf(flat).reduce((sum, [[x1, y1], [x2, y2]]) => sum + x1 * y2 - x2 * y1, 0);
  return (Math.abs(twice) / 2) * METRES_PER_DEGREE ** 2;
}

const same = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];
