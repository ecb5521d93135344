import { kindOfMedia } from '@groundtruth/sdk/protocol';
import { DECODER_SHORTCOMINGS, type ReadingEvidence } from '../decoder/evidence.js';
import { footage } from './footage.js';
import { fail, pass, unavailable, type Evidence, type Gathered, type Judgement } from './check.js';

/**
 * One of the types we open and of the kind asked for, by its magic bytes, as sealed, whole and undamaged. Bytes after the picture (live
 * photos) are only noted. A film must also run as one shot.
 */
export function format({ context, inspected, decoded, reading }: Evidence): Judgement | null {
  if (!inspected) return null;
  if (!inspected.ok) return unavailable(inspected);
  const { refusal, sniffed, media_type, trailing_bytes, claimed_type_matches } = inspected.value;
  const inspectMs = inspected.value.duration_ms;
  if (refusal) return { ...fail(refusal.reason, { sniffed }), duration_ms: inspectMs };
  if (!claimed_type_matches) return { ...fail('other_type', { sniffed }), duration_ms: inspectMs };
  if (media_type === null || kindOfMedia(media_type) !== context.kind)
    return { ...fail('other_kind', { sniffed }), duration_ms: inspectMs };
  if (context.kind === 'reading') return reading ? formatOfReading(reading, inspectMs) : null;
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

/** A signed pack of one series that can be resolved and converted. */
function formatOfReading(reading: Gathered<ReadingEvidence>, inspectMs: number): Judgement {
  if (!reading.ok) return unavailable(reading);
  const { refusal, unit, samples } = reading.value;
  const judgement = refusal
    ? fail(refusal.reason, { sniffed: 'jws' })
    : pass({ media_type: 'application/jose', unit, samples: samples.length });
  return { ...judgement, duration_ms: inspectMs + reading.value.duration_ms };
}
