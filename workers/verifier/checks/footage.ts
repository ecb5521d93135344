import { FILM_MS_MAX, type FilmEvidence } from '../decoder/evidence.js';
import { fail, inconclusive, pass, type Judgement } from './check.js';

/** Shortest film, in milliseconds; what is shorter is a photo with a detour. */
export const FILM_MS_MIN = 1_000;
/** Longest time without a frame, in milliseconds: a phone that stutters stays below it. */
export const GAP_MS_MAX = 1_000;
/** How far header and frames may differ in length: sound that runs on, edit lists, rounding. */
export const DURATION_DIFFERS_MS = 1_500;

/**
 * Whether a film runs as one shot: long enough, its times rising without a gap, no cut, not one picture held still, and as long as its
 * header says. What looks like editing is inconclusive, never a reject: a passing lorry or a camera that stutters can do it too.
 */
export function footage(film: FilmEvidence, claimed_ms: number | null): Judgement {
  const length_ms = film.last_ms - film.first_ms;
  const known = {
    length_ms,
    claimed_ms,
    frames: film.frames,
    gap_ms_max: film.gap_ms_max,
    sampled_ms: film.sampled_ms,
  };
  if (film.backwards > 0) return inconclusive({ reason: 'times_not_rising', backwards: film.backwards, ...known });
  if (length_ms < FILM_MS_MIN) return fail('too_short', known);
  if (length_ms > FILM_MS_MAX) return fail('too_long', known);
  if (film.gap_ms_max > GAP_MS_MAX) return inconclusive({ reason: 'gap', ...known });
  if (claimed_ms !== null && Math.abs(claimed_ms - length_ms) > DURATION_DIFFERS_MS)
    return inconclusive({ reason: 'duration_differs', ...known });
  if (film.cuts_ms.length > 0) return inconclusive({ reason: 'cut', cuts_ms: film.cuts_ms, ...known });
  if (film.still) return inconclusive({ reason: 'still_picture', ...known });
  return pass(known);
}
