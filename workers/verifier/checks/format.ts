import { fail, pass, unavailable, type Evidence, type Judgement } from './check.js';

/** One of the types we open, by its magic bytes, as sealed, whole and undamaged. Bytes after the picture (live photos) are only noted. */
export function format({ inspected, decoded }: Evidence): Judgement | null {
  if (!inspected) return null;
  if (!inspected.ok) return unavailable(inspected);
  const { refusal, sniffed, media_type, trailing_bytes, claimed_type_matches } = inspected.value;
  const inspectMs = inspected.value.duration_ms;
  if (refusal) return { ...fail(refusal.reason, { sniffed }), duration_ms: inspectMs };
  if (!claimed_type_matches) return { ...fail('other_type', { sniffed }), duration_ms: inspectMs };
  if (!decoded) return null;
  if (!decoded.ok) return unavailable(decoded);
  const { width, height, working_sha256 } = decoded.value;
  const duration_ms = inspectMs + decoded.value.duration_ms;
  if (decoded.value.refusal) return { ...fail(decoded.value.refusal.reason, { sniffed }), duration_ms };
  return { ...pass({ media_type, width, height, trailing_bytes, working_sha256 }), duration_ms };
}
