/** Geometry on the WGS 84 sphere: degrees in, metres out. Areas are small (at most 100 km across), so a sphere is exact enough: below 0.6 %. */
export { areaCells, cellOf } from './geo-cells.js';
export { contains, distanceToAreaM, signedDistanceM } from './geo-distance-to-area.js';
export { distanceM, EARTH_RADIUS_M, METRES_PER_DEGREE } from './geo-distance.js';
export { boundingBox, boundingCircle, halfWidthDegrees, type BoundingBox } from './geo-extent.js';
export { childCells, parentCells } from './geo-hierarchy.js';
export { circleProblem, polygonProblem } from './geo-validity.js';
