/** Geometry on the WGS 84 sphere: degrees in, metres out. Areas are small (at most 100 km across), so a sphere is exact enough: below 0.6 %. */
export { areaCells, cellOf } from './geo-cells.js';
export { contains, distanceToAreaM, signedDistanceM } from './geo-distance-to-area.js';
export { distanceM } from './geo-distance.js';
export { boundingBox, boundingCircle, type BoundingBox } from './geo-extent.js';
export { circleProblem, polygonProblem } from './geo-validity.js';
