import { isPolygon, type Area, type Circle, type Polygon } from '@groundtruth/sdk/protocol';

const DEGREES_PER_METRE = 1 / 111_320;

/** What is wrong with an area, in words, or null. Circles may neither touch a pole nor cross the antimeridian. */
export function areaProblem(area: Area, polygonProblem: (polygon: Polygon) => string | null): string | null {
  return isPolygon(area) ? polygonProblem(area) : circleProblem(area);
}

function circleProblem(circle: Circle): string | null {
  const reach = circle.radius_m * DEGREES_PER_METRE;
  if (Math.abs(circle.lat) + reach >= 90) return 'the circle reaches a pole';
  const width = reach / Math.cos(((Math.abs(circle.lat) + reach) * Math.PI) / 180);
  return Math.abs(circle.lng) + width > 180 ? 'the circle crosses the antimeridian; split it in two' : null;
}
