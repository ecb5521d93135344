import type { Point } from '@groundtruth/sdk/protocol';

/** Mean radius of the earth (IUGG R1), metres. */
export const EARTH_RADIUS_M = 6_371_008.8;
/** Length of one degree of latitude on that sphere, metres. */
export const METRES_PER_DEGREE = (EARTH_RADIUS_M * Math.PI) / 180;

/** Great-circle distance by the haversine formula, metres, 0 to half the circumference. Right across poles and antimeridian. */
export function distanceM(a: Point, b: Point): number {
  const lat = Math.sin(radians(b.lat - a.lat) / 2);
  const lng = Math.sin(radians(b.lng - a.lng) / 2);
  const h = lat * lat + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * lng * lng;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

export const radians = (degrees: number): number => (degrees * Math.PI) / 180;
