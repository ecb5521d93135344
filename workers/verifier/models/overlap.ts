import type { Box, Detection } from '../decoder/evidence.js';

/** Two boxes of one label that share more than this part of their union are one object. */
export const OVERLAP_MAX = 0.6;

/** Keeps the best of each group of overlapping detections of one label, at most `limit`. Expects and keeps the order best first. */
export function dropOverlaps(bestFirst: readonly Detection[], limit: number, overlapMax = OVERLAP_MAX): Detection[] {
  const kept: Detection[] = [];
  for (const candidate of bestFirst) {
    if (kept.length === limit) break;
    const known = kept.some(({ label, box }) => label === candidate.label && overlap(box, candidate.box) > overlapMax);
    if (!known) kept.push(candidate);
  }
  return kept;
}

/** Intersection over union, 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}
