import { CONTRAST_MIN } from './duplicate.js';
import { inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';

/**
 * Bits (of 256) by which thumbnail and picture may differ. Measured on real files: of 19, 16 at most 26, an edited one with a stale
 * thumbnail 120, one near-black 72 (now too flat to compare); of 8 more with the bars cut off, 7 at most 27 and an edited one 104.
 * Different pictures lie at 98 and more.
 */
export const THUMBNAIL_BITS_MAX = 80;

/**
 * Advisory: no thumbnail in the EXIF block shows another picture. A file without one contradicts nothing, and most honest ones have none; one
 * that is there and cannot be compared is `unavailable`.
 */
export function thumbnail({ thumbnail: compared }: Evidence): Judgement | null {
  if (!compared) return null;
  if (!compared.ok) return unavailable(compared);
  const { refusal, distance, contrast, duration_ms } = compared.value;
  if (refusal === 'no_thumbnail') return { ...pass({ reason: refusal }), duration_ms };
  if (refusal !== null || distance === null || contrast === null) {
    return { ...unavailable({ reason: refusal ?? 'garbled' }), duration_ms };
  }
  if (contrast < CONTRAST_MIN) return { ...unavailable({ reason: 'too_flat' }), duration_ms };
  const evidence = { distance, distance_max: THUMBNAIL_BITS_MAX };
  const differs = distance > THUMBNAIL_BITS_MAX;
  return { ...(differs ? inconclusive({ reason: 'other_picture', ...evidence }) : pass(evidence)), duration_ms };
}
