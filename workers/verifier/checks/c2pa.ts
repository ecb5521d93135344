import type { Verdict } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';
import type { C2paEvidence } from '../decoder/evidence.js';
import { fail, pass, unavailable, type Evidence, type Judgement } from './check.js';
import { strangerText } from './stranger-text.js';

/** IPTC terms by which a signer itself says that this is no picture of a scene before a camera. */
const NOT_CAPTURED: ReadonlySet<string> = new Set([
  'algorithmicMedia',
  'compositeSynthetic',
  'compositeWithTrainedAlgorithmicMedia',
  'dataDrivenMedia',
  'digitalArt',
  'digitalCreation',
  'screenCapture',
  'trainedAlgorithmicData',
  'trainedAlgorithmicMedia',
  'virtualRecording',
]);

/** Why a manifest that is not of a third party is not enough where one is asked for. */
const NOT_THIRD_PARTY = { absent: 'no_manifest', untrusted: 'untrusted_signer', platform: 'platform_signer' } as const;

/**
 * The file's C2PA manifest. Where none is asked for, having none is no fault, and a stranger's counts as none; but one that shows a later
 * change, says that nothing was photographed, or was made for another reservation is. Where `third_party` is asked for, only a
 * signer on the operator's trust lists will do. What could not be read counts neither way.
 */
export function c2pa({ context, c2pa: read }: Evidence): Judgement | null {
  if (!read) return null;
  if (!read.ok) return unavailable(read);
  const { duration_ms, ...found } = read.value;
  return { ...judgementOf(context, read.value, shown(found)), duration_ms };
}

/** What the manifest is worth on the verdict. A certificate of our own raises no tier, only this. */
export function c2paProven(evidence: Evidence): Verdict['c2pa'] {
  const read = evidence.c2pa;
  if (!read?.ok || c2pa(evidence)?.status === 'unavailable') return 'absent';
  const { state } = read.value;
  const counts = (state === 'platform' || state === 'third_party') && namesOnly(evidence.context, read.value);
  return counts ? state : 'absent';
}

function judgementOf(context: CaptureContext, found: C2paEvidence, known: Judgement['evidence']): Judgement {
  const { state, source_types, trust_list_sha256 } = found;
  if (state === 'unreadable') return { status: 'unavailable', evidence: { reason: 'unreadable', ...known } };
  if (state === 'invalid') return fail('edited_after_signing', known);
  if (!namesOnly(context, found)) return fail('other_reservation', known);
  if (source_types.some((term) => NOT_CAPTURED.has(term))) return fail('not_captured', known);
  if (context.criteria.c2pa === 'any' || state === 'third_party') return pass(known);
  if (state === 'untrusted' && trust_list_sha256 === null)
    return { status: 'unavailable', evidence: { reason: 'no_trust_list', ...known } };
  return fail(NOT_THIRD_PARTY[state], known);
}

/** Whether every statement of ours in the file names this reservation. A file without any names none other. */
function namesOnly({ bounty_id, reservation_id, challenge }: CaptureContext, { captures }: C2paEvidence): boolean {
  return captures.every(
    (one) => one.bounty_id === bounty_id && one.reservation_id === reservation_id && one.nonce === challenge.nonce,
  );
}

/** Texts of strangers, made fit to store. */
function shown({ captures, ...found }: Omit<C2paEvidence, 'duration_ms'>): Judgement['evidence'] {
  return {
    ...found,
    signer: found.signer === null ? null : strangerText(found.signer),
    source_types: found.source_types.map(strangerText),
    detail: found.detail === null ? null : strangerText(found.detail),
    statements: captures.length,
  };
}
