import { fail, inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';

/** Luma deviation (0 to 1) below which a picture is nearly flat: its hash is noise, so it is neither compared nor remembered. */
export const CONTRAST_MIN = 0.02;

/** No earlier capture looks the same, upright or mirrored. The answer is one bit: which, whose and how near stays unsaid. */
export function duplicate({ hashed, near }: Evidence): Judgement | null {
  if (!hashed) return null;
  if (!hashed.ok) return unavailable(hashed);
  const { hash_version, contrast, duration_ms } = hashed.value;
  if (contrast < CONTRAST_MIN) return { ...inconclusive({ reason: 'too_flat', hash_version }), duration_ms };
  if (near === undefined) return null;
  return { ...(near ? fail('near_duplicate', { hash_version }) : pass({ hash_version })), duration_ms };
}
