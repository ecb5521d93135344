import { DECODER_SHORTCOMINGS, isVideoType } from '../decoder/evidence.js';
import { footage } from './footage.js';
import { fail, pass, unavailable, type Evidence, type Judgement } from './check.js';

/**
 * One of the types we open and of the kind asked for, by its magic bytes, as sealed, whole and undamaged. Bytes after the picture (live
 * photos) are only noted. A film must also run as one shot.
 */
export function format({ context, inspected, decoded }: Evidence): Judgement | null {
  if (!inspected) return null;
  if (!inspected.ok) return unavailable(inspected);
  const { refusal, sniffed, media_type, trailing_bytes, claimed_type_matches } = inspected.value;
  const inspectMs = inspected.value.duration_ms;
  if (refusal) return { ...fail(refusal.reason, { sniffed }), duration_ms: inspectMs };
  if (!claimed_type_matches) return { ...fail('other_type', { sniffed }), duration_ms: inspectMs };
  if (isVideoType(media_type) !== (context.kind === 'video'))
    return { ...fail('other_kind', { sniffed }), duration_ms: inspectMs };
  if (!decoded) return null;
  if (!decoded.ok) return unavailable(decoded);
  const { width, height, working_sha256 } = decoded.value;
  const duration_ms = inspectMs + decoded.value.duration_ms;
  const { film, refusal: refused } = decoded.value;
  if (refused && DECODER_SHORTCOMINGS.includes(refused.reason)) return { ...unavailable(refused), duration_ms };
  if (refused) return { ...fail(refused.reason, { sniffed }), duration_ms };
  const facts = { media_type, width, height, trailing_bytes, working_sha256 };
  if (!film) return { ...pass(facts), duration_ms };
  const judgement = footage(film, inspected.value.film_ms ?? null);
  return { ...judgement, evidence: { ...facts, ...judgement.evidence }, duration_ms };
}
