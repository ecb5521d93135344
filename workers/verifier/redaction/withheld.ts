import type { Box, Detection } from '../decoder/evidence.js';
import { COVER_SCORE } from './regions.js';

/** Of the picture: more than this covered, and the rest says too little of the scene. */
const PICTURE_SHARE_MAX = 0.5;
/** Of an object or a text that was asked for: more than this covered, and it is no longer seen to be there. */
const FACT_SHARE_MAX = 0.6;

export interface Asked {
  /** Labels of objects the bounty asks for. */
  readonly labels: readonly string[];
  /** Lines of text that the bounty's patterns matched. */
  readonly kept: readonly Box[];
}

/**
 * Why a covered picture may not be published, or null. `shareOf` tells how much of a box is covered, of the whole picture without one.
 * Of several objects of one label the least covered speaks: one that can still be seen is enough to show the fact.
 */
export function withheldOf(
  { labels, kept }: Asked,
  detections: readonly Detection[],
  shareOf: (box?: Box) => number,
): 'covers_the_fact' | 'covers_most' | null {
  const least = (boxes: readonly Box[]): number => Math.min(...boxes.map((box) => shareOf(box)));
  const seen = labels
    .map((label) => detections.filter((one) => one.label === label && one.score >= COVER_SCORE).map(({ box }) => box))
    .filter((boxes) => boxes.length > 0);
  if (seen.some((boxes) => least(boxes) > FACT_SHARE_MAX)) return 'covers_the_fact';
  if (kept.length > 0 && least(kept) > FACT_SHARE_MAX) return 'covers_the_fact';
  return shareOf() > PICTURE_SHARE_MAX ? 'covers_most' : null;
}
