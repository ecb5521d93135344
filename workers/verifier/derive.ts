import { createHash } from 'node:crypto';
import {
  DERIVATIVE_BYTES_MAX,
  DERIVATIVE_MEDIA_TYPE,
  type CheckResult,
  type Criteria,
  type Derivative,
  type DerivativeMedia,
  type Finding,
  type VerificationJob,
  type WithheldReason,
} from '@groundtruth/sdk/protocol';
import type { Evidence, Gathered } from './checks/check.js';
import { matchedLines } from './checks/matched-lines.js';
import { objects } from './checks/objects.js';
import { text } from './checks/text.js';
import type { ModelCards } from './checks/thresholds.js';
import type { DecodeEvidence, RedactEvidence, TextEvidence } from './decoder/evidence.js';
import { PLAN } from './plan.js';
import type { MediaDecoder, Sources } from './sources.js';
import type { Upload } from './upload.js';

/** A capture that others may be shown, by a ruling about to be signed. */
export interface Shown {
  readonly job: VerificationJob;
  readonly criteria: Criteria;
  readonly declared: Finding;
  /** What the checks said of the original. */
  readonly checks: readonly CheckResult[];
  /** What was gathered on the way to the ruling; nothing when it was recorded and the photo not even opened. */
  readonly evidence?: Pick<Evidence, 'decoded' | 'text'>;
}

export interface DerivingParts {
  readonly download: Sources['download'];
  readonly upload: Upload;
  readonly cards: ModelCards;
}

/**
 * Has the decoder cover faces and number plates, runs the content checks again on what came of it, and stores the bytes at the job's link.
 * The bytes are a stranger's still: they are hashed and counted, never opened. Null when the job wants none, and for what is no picture.
 * A decoder that fails here costs the derivative, never the verdict.
 * @throws {DomainError} `dependency_unavailable` when storage does not answer.
 */
export async function derive(shown: Shown, parts: DerivingParts, decoder: MediaDecoder): Promise<Derivative | null> {
  const { job, criteria } = shown;
  if (!job.deposit) return null;
  if (job.media_type.startsWith('video/')) return withheld('film');
  if (!job.media_type.startsWith('image/')) return null;
  const { decoded, read } = await opened(shown, parts, decoder);
  if (!decoded?.ok || decoded.value.refusal !== null) return withheld('not_decoded');
  const lines = read?.ok ? read.value.lines : [];
  const redacted = await decoder.redact({
    labels: criteria.all.flatMap((criterion) => ('object' in criterion ? [criterion.object.label] : [])),
    text: asksForText(criteria),
    kept: matchedLines(criteria, lines).map(({ box }) => box),
  });
  if (!redacted.ok) return withheld('redaction_failed');
  const { evidence, bytes } = redacted.value;
  const { width, height } = evidence;
  if (evidence.withheld) return withheld(evidence.withheld);
  if (width === null || height === null || bytes.length === 0) return withheld('redaction_failed');
  if (bytes.length > DERIVATIVE_BYTES_MAX) return withheld('too_large');
  const checks = checksOn(evidence, shown, parts.cards);
  if (hidesFact(shown.checks, checks)) return withheld('fact_not_visible');
  await parts.upload(job.deposit.url, bytes, DERIVATIVE_MEDIA_TYPE);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const regions = Object.values(evidence.regions).reduce((sum, count) => sum + count, 0);
  const media: DerivativeMedia = {
    sha256,
    media_type: DERIVATIVE_MEDIA_TYPE,
    bytes: bytes.length,
    width,
    height,
    regions,
    checks,
  };
  return { media, attempt: job.deposit.attempt, withheld: null };
}

const withheld = (reason: WithheldReason): Derivative => ({ media: null, withheld: reason });
const asksForText = ({ all }: Criteria): boolean => all.some((criterion) => 'text' in criterion);

interface Opened {
  readonly decoded: Gathered<DecodeEvidence> | undefined;
  readonly read: Gathered<TextEvidence> | undefined;
}

/** The photo as the decoder holds it; opened now when the ruling did not need it. */
async function opened(
  { job, criteria, evidence }: Shown,
  parts: DerivingParts,
  decoder: MediaDecoder,
): Promise<Opened> {
  if (evidence) return { decoded: evidence.decoded, read: evidence.text };
  const downloaded = await parts.download(job.download_url, job.bytes);
  const nothing = { decoded: undefined, read: undefined };
  if (!downloaded.ok || downloaded.value.sha256 !== job.sha256) return nothing;
  const inspected = await decoder.inspect(downloaded.value.content, job.media_type);
  if (!inspected.ok || inspected.value.refusal !== null) return nothing;
  const decoded = await decoder.decode();
  const readable = decoded.ok && decoded.value.refusal === null && asksForText(criteria);
  return { decoded, read: readable ? await decoder.text() : undefined };
}

/** The content checks that anyone who holds the derivative can repeat. */
function checksOn(
  { objects: seen, text: read }: RedactEvidence,
  { criteria, declared }: Shown,
  cards: ModelCards,
): CheckResult[] {
  const context = { criteria, declared };
  const judged = {
    objects: seen && objects({ context, cards, objects: { ok: true, value: seen } }),
    text: read && text({ context, cards, text: { ok: true, value: read } }),
  };
  return PLAN.flatMap(({ check, version }) => {
    const judgement = check === 'objects' || check === 'text' ? judged[check] : null;
    return judgement ? [{ ...judgement, check, version, duration_ms: judgement.duration_ms ?? 0 }] : [];
  });
}

/** Whether something that was seen in the original is not to be seen any more. */
function hidesFact(original: readonly CheckResult[], derived: readonly CheckResult[]): boolean {
  const passed = original.filter(({ status }) => status === 'pass').map(({ check }) => check);
  return derived.some(({ check, status }) => status === 'fail' && passed.includes(check));
}
