import { tierReaches } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';
import type { ExifEvidence } from '../decoder/evidence.js';
import { fail, inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';
import { clockAgrees, exifPlace, exifTime } from './clocks.js';
import { tierOf, tierWithinReach, wantsCode } from './tier.js';

/**
 * Who vouches for the bytes, and whether what the file says contradicts what was sealed. Fails when a signature does not verify or
 * the tier asked for is out of reach. Contradictions are inconclusive, never a reject: honest cameras are wrong by a day.
 */
export function provenance(evidence: Evidence): Judgement | null {
  const { context, signature, inspected, text } = evidence;
  const wanted = context.criteria.provenance;
  const known = { signature, wanted, tier: tierOf(evidence) };
  if (signature === 'invalid') return fail('signature_invalid', known);
  if (!tierReaches(tierWithinReach(evidence), wanted)) return fail('tier_not_reached', known);
  const waitsForCode = signature !== 'valid' && wantsCode(evidence) && !text;
  if (!inspected || waitsForCode) return null;
  if (!inspected.ok) return unavailable(inspected);
  if (!tierReaches(known.tier, wanted))
    return text?.ok ? inconclusive({ reason: 'code_nearly_read', ...known }) : unavailable({ reason: 'text' });
  return consistency(context, inspected.value.exif, known);
}

function consistency(context: CaptureContext, exif: ExifEvidence | null, known: Record<string, unknown>): Judgement {
  const agreement = {
    exif_time: exifTime(context, exif),
    exif_place: exifPlace(context, exif),
    device_clock: clockAgrees(context, Date.parse(context.sealed.manifest.captured_at)) ? 'agrees' : 'conflicts',
  };
  const conflicts = Object.values(agreement).includes('conflicts');
  return conflicts ? inconclusive({ reason: 'conflict', ...known, ...agreement }) : pass({ ...known, ...agreement });
}
