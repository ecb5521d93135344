import type { Instant } from '../../kernel/clock.js';

const HOUR_MS = 3_600_000;
/** Pieces of a stretch: short enough for a rising price and for the hour of the day, few enough for a window of a month. */
const PIECES_WANTED = 8;
const PIECE_MS_MIN = HOUR_MS / 4;
const PIECE_MS_MAX = 2 * HOUR_MS;

/** A piece of time within which the rate of fills is taken as constant. */
export interface Piece {
  readonly middle: Instant;
  readonly hours: number;
}

/** Cuts time into pieces of 15 minutes to 2 hours that together are the whole. Empty time has none. */
export function piecesOf(from: Instant, to: Instant): Piece[] {
  const length = to - from;
  if (length <= 0) return [];
  const wanted = Math.min(PIECE_MS_MAX, Math.max(PIECE_MS_MIN, length / PIECES_WANTED));
  const count = Math.max(1, Math.ceil(length / wanted));
  const width = length / count;
  return Array.from({ length: count }, (_, n) => ({ middle: from + (n + 0.5) * width, hours: width / HOUR_MS }));
}

export const hoursBetween = (from: Instant, to: Instant): number => Math.max(0, to - from) / HOUR_MS;
