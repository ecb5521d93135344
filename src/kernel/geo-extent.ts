import { isPolygon, type Area, type Circle, type Point } from '@groundtruth/sdk/protocol';
import { METRES_PER_DEGREE, distanceM, radians } from './geo-distance.js';

/** Degrees. `west` is never east of `east`: valid areas do not cross the antimeridian. */
export interface BoundingBox {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

/** The smallest box of degrees around a valid area. */
export function boundingBox(area: Area): BoundingBox {
  if (!isPolygon(area)) return boxOfCircle(area);
  const lngs = area.coordinates[0].map(([lng]) => lng);
  const lats = area.coordinates[0].map(([, lat]) => lat);
  return { south: Math.min(...lats), west: Math.min(...lngs), north: Math.max(...lats), east: Math.max(...lngs) };
}

/** A circle that holds the area: itself, or one around the middle of a polygon's box through its furthest corner. Not the smallest. */
export function boundingCircle(area: Area): Point & { radius_m: number } {
  if (!isPolygon(area)) return area;
  const box = boundingBox(area);
  const middle = { lat: (box.south + box.north) / 2, lng: (box.west + box.east) / 2 };
  const radius_m = Math.max(...area.coordinates[0].map(([lng, lat]) => distanceM(middle, { lat, lng })));
  return { ...middle, radius_m };
}

/** Half the width, in degrees of longitude, of a circle that reaches no pole; 180 when it reaches one. */
export function halfWidthDegrees(circle: Circle): number {
  const reach = radians(circle.radius_m / METRES_PER_DEGREE);
  const sine = Math.sin(reach) / Math.cos(radians(circle.lat));
  return sine >= 1 ? 180 : (Math.asin(sine) * 180) / Math.PI;
}

function boxOfCircle(circle: Circle): BoundingBox {
  const reach = circle.radius_m / METRES_PER_DEGREE;
  const half = halfWidthDegrees(circle);
  return {
    south: Math.max(-90, circle.lat - reach),
    west: Math.max(-180, circle.lng - half),
    north: Math.min(90, circle.lat + reach),
    east: Math.min(180, circle.lng + half),
  };
}
