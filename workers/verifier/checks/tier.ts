import type { Tier } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';
import type { Evidence } from './check.js';
import { exifPlace, exifTime } from './clocks.js';
import { codeReading } from './code-in-scene.js';

/**
 * The honest tier of a capture from the evidence gathered so far; it only rises as more comes in. `attested` when the
 * signing key had been proven hardware-bound by t1. Never raised by what the client merely asserts: its nonce is in every manifest.
 */
export function tierOf(evidence: Evidence): Tier {
  if (evidence.signature === 'valid') return isAttested(evidence.context) ? 'attested' : 'signed';
  if (wantsCode(evidence) && codeReading(evidence.text, evidence.context.challenge.code) === 'exact') return 'nonce';
  return exifAgrees(evidence) ? 'exif' : 'none';
}

/** The highest tier the capture may still turn out to have: facts not gathered, not obtainable or doubtful are not held against it. */
export function tierWithinReach(evidence: Evidence): Tier {
  const tier = tierOf(evidence);
  if (tier === 'attested' || tier === 'signed' || tier === 'nonce') return tier;
  const code = codeReading(evidence.text, evidence.context.challenge.code);
  if (wantsCode(evidence) && code !== 'absent') return 'nonce';
  return evidence.inspected?.ok ? tier : 'exif';
}

/** Whether the code in the scene decides something: asked for, or the only way left to the tier asked for. */
export function wantsCode({ context, signature }: Evidence): boolean {
  const { code_in_scene, provenance } = context.criteria;
  return code_in_scene || (provenance === 'nonce' && signature !== 'valid');
}

/** An attestation that came after the seal says nothing of the key that made it. */
function isAttested({ device, t1 }: CaptureContext): boolean {
  return device !== null && device.attested_at !== null && device.attested_at <= t1;
}

/** Time with a zone and place, both there and both agreeing with what was sealed. */
function exifAgrees({ context, inspected }: Evidence): boolean {
  if (!inspected?.ok) return false;
  const { exif } = inspected.value;
  return exifTime(context, exif) === 'agrees' && exifPlace(context, exif) === 'agrees';
}
