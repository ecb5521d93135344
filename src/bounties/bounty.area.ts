import { isPolygon, type Area, type Point } from '@groundtruth/sdk/protocol';
import { areaCells, distanceM } from '../kernel/geo.js';

/** H3 resolution of the search index: cells of about 1.4 km edge, so that a bounty of any allowed size has at most a few thousand. */
export const SEARCH_RESOLUTION = 7;

/** Where an area is: its middle, how far it reaches from there, and the cells it touches. */
export function placeOf(area: Area): { lat: number; lng: number; extent_m: number; cells: string[] } {
  const middle = middleOf(area);
  return { ...middle, extent_m: extentM(area, middle), cells: areaCells(area, SEARCH_RESOLUTION) };
}

/** Cells that a search around a point must look at. */
export function cellsNear(point: Point, radius_m: number): string[] {
  return areaCells({ ...point, radius_m: Math.max(radius_m, 1) }, SEARCH_RESOLUTION);
}

function middleOf(area: Area): Point {
  if (!isPolygon(area)) return { lat: area.lat, lng: area.lng };
  const corners = area.coordinates[0].slice(0, -1);
  const mean = (axis: 0 | 1): number => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
  return { lat: mean(1), lng: mean(0) };
}

function extentM(area: Area, middle: Point): number {
  if (!isPolygon(area)) return area.radius_m;
  return Math.max(...area.coordinates[0].map(([lng, lat]) => distanceM(middle, { lat, lng })));
}
