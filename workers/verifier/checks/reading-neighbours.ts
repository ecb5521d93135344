import { median, quantityOf } from '@groundtruth/sdk/protocol';
import type { Neighbourhood } from '../sources.js';
import { inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';

/** Fewer neighbours say nothing. */
const NEIGHBOURS_MIN = 3;
/** How many robust standard deviations from the neighbours' median a value may lie. */
export const DEVIATIONS_MAX = 5;
/** Makes the median absolute deviation a standard deviation, for normal errors (Rousseeuw and Croux, JASA 88, 1993). */
const MAD_TO_DEVIATION = 1.4826;

/**
 * The value is like those that others measured nearby within the hour. Never a reject: weather has edges, and neighbours may be wrong
 * together. The neighbours' values stay unsaid: they are sold, and this would be a way to read them.
 */
export function readingNeighbours({ reading, neighbourhood }: Evidence): Judgement | null {
  if (reading && !reading.ok) return unavailable(reading);
  if (!neighbourhood) return null;
  const { count, fits } = neighbourhood;
  if (count < NEIGHBOURS_MIN) return pass({ neighbours: count, too_few: true });
  return fits ? pass({ neighbours: count }) : inconclusive({ reason: 'unlike_neighbours', neighbours: count });
}

/** What neighbours say of a value. All in the canonical unit of the quantity. */
export function neighbourhoodOf(quantityKind: string, value: number, neighbours: readonly number[]): Neighbourhood {
  const count = neighbours.length;
  if (count < NEIGHBOURS_MIN) return { count, fits: true };
  const middle = median(neighbours);
  const deviation = MAD_TO_DEVIATION * median(neighbours.map((one) => Math.abs(one - middle)));
  const spread = Math.max(deviation, quantityOf(quantityKind)?.neighbour_spread_min ?? 0);
  return { count, fits: Math.abs(value - middle) <= DEVIATIONS_MAX * spread };
}
