import { inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';

/**
 * Peak of the spectrum (natural logarithm of power above its surroundings) from which a filmed screen is suspected. Measured: 80
 * simulated screens 7.3 and more; 29 real photographs 2.9 to 4.5; two genuine ones of others 5.95 and 6.74, drawn test pictures up
 * to 12. A hint and no more: it sees neither prints nor fine screens, and fences and façades can raise it.
 */
export const RECAPTURE_PEAK = 6;

/** Advisory: no regular grid shows in the finest structures of the picture. */
export function recapture({ moire }: Evidence): Judgement | null {
  if (!moire) return null;
  if (!moire.ok) return unavailable(moire);
  const { peak, squares, duration_ms } = moire.value;
  if (peak === null) return { ...unavailable({ reason: 'too_small' }), duration_ms };
  const evidence = { peak, peak_max: RECAPTURE_PEAK, squares };
  return {
    ...(peak >= RECAPTURE_PEAK ? inconclusive({ reason: 'regular_grid', ...evidence }) : pass(evidence)),
    duration_ms,
  };
}
