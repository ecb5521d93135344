import type { Point } from '../protocol/index.js';

/** Six decimals are 0.1 m at the equator: finer than any receiver. `toFixed` never writes an exponent. */
const DECIMALS = 6;

/** A point as the query of a search takes it: `lat,lng`. */
export const nearText = ({ lat, lng }: Point): string => `${lat.toFixed(DECIMALS)},${lng.toFixed(DECIMALS)}`;
