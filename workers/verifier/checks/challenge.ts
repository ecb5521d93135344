import type { CaptureContext } from '../context.js';
import { fail, inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';
import { readCode } from './code-in-scene.js';

/** The manifest seals this reservation's nonce, so it was made after the nonce was issued; and the short code can be read, when asked for. */
export function challenge({ context, text }: Evidence): Judgement | null {
  if (!boundToReservation(context)) return fail('other_reservation');
  if (!context.criteria.code_in_scene) return pass({ nonce: 'sealed' });
  if (!text) return null;
  if (!text.ok) return unavailable(text);
  const { model_sha256, provider, duration_ms, lines } = text.value;
  const reading = readCode(lines, context.challenge.code);
  const evidence = { nonce: 'sealed', code: reading };
  return { ...judgementOf(reading, evidence), model_sha256, provider, duration_ms };
}

/** Whether nonce, bounty and reservation in the manifest are this capture's: a seal made for another one proves nothing here. */
export function boundToReservation({
  sealed: { manifest },
  challenge: { nonce },
  bounty_id,
  reservation_id,
}: CaptureContext): boolean {
  return (
    manifest.challenge_nonce === nonce && manifest.bounty_id === bounty_id && manifest.reservation_id === reservation_id
  );
}

function judgementOf(reading: ReturnType<typeof readCode>, evidence: Judgement['evidence']): Judgement {
  if (reading === 'exact') return pass(evidence);
  return reading === 'near'
    ? inconclusive({ reason: 'code_nearly_read', hint: 'retake', ...evidence })
    : fail('code_not_read', evidence);
}
