import type { CaptureContext } from '../context.js';
import type { ReadingEvidence } from '../decoder/evidence.js';
import { fail, pass, unavailable, type Evidence, type Judgement } from './check.js';
import { isJwsSignedBy } from './reading.js';

type Claims = NonNullable<ReadingEvidence['claims']>;

/**
 * The reading was signed by the enrolled device for this reservation, and its sequence number fits the device's other readings: it rises
 * in the order of their seals. What was signed for another reservation, or signed twice under one number, fails.
 */
export function readingSequence({ context, downloaded, reading, in_sequence }: Evidence): Judgement | null {
  if (!reading || !downloaded) return null;
  if (!reading.ok) return unavailable(reading);
  if (!downloaded.ok) return unavailable(downloaded);
  const { claims } = reading.value;
  // A file that is no reading fails at `format`.
  if (claims === null) return null;
  const { seq } = claims;
  if (!context.device || !isJwsSignedBy(downloaded.value.content, context.device.public_key))
    return fail('signature_invalid', { seq });
  const wrong = contradiction(context, claims);
  if (wrong) return fail(wrong, { seq });
  if (in_sequence === undefined) return null;
  return in_sequence ? pass({ seq }) : fail('not_in_sequence', { seq });
}

/** Why a claim is not this capture's; null when all are. */
function contradiction(context: CaptureContext, { kid, bounty_id, reservation_id, nonce }: Claims): string | null {
  if (kid !== context.device?.id || kid !== context.sealed.manifest.device_id) return 'other_device';
  if (bounty_id !== context.bounty_id || reservation_id !== context.reservation_id) return 'other_reservation';
  return nonce === context.challenge.nonce ? null : 'other_nonce';
}
