import type { LocalAccount } from 'viem';
import { decide, type Mode, type Tier, type VerdictJob, type VerificationJob } from '@groundtruth/sdk/protocol';
import type { Clock } from '../../src/kernel/clock.js';
import { boundToReservation } from './checks/challenge.js';
import { c2paProven } from './checks/c2pa.js';
import type { Evidence } from './checks/check.js';
import { neighbourhoodOf } from './checks/reading-neighbours.js';
import { signatureState } from './checks/signature.js';
import type { ModelCards } from './checks/thresholds.js';
import { tierOf } from './checks/tier.js';
import type { RecordedDecision } from './context.js';
import { CONTRAST_MIN } from './checks/duplicate.js';
import type { Failure } from './decoder/protocol.js';
import { derive } from './derive.js';
import { STEPS } from './gather.js';
import { isHopeless, judge } from './judge.js';
import { signVerdict, type Ruling } from './sign.js';
import type { CaptureRecords, MediaDecoder, PictureHashes, Sources } from './sources.js';
import type { Upload } from './upload.js';

/** Ends of a decoder that somebody else may have brought about; too slow, too large or senseless it is by itself. */
const DIED: readonly string[] = ['crashed', 'not_started'] satisfies Failure[];

export interface VerifierParts {
  readonly records: CaptureRecords;
  readonly download: Sources['download'];
  readonly upload: Upload;
  readonly cards: ModelCards;
  readonly clock: Clock;
  readonly accounts: Readonly<Record<Mode, LocalAccount>>;
}

/**
 * Decides one capture and signs the verdict. What was recorded (a person's decision, silence, an upheld appeal) is signed as it stands;
 * otherwise facts are gathered, cheapest first, until every check is settled or one failure has settled the outcome.
 * Repeatable: the same attempt gives a verdict of the same id.
 * @returns null when the capture waits for no verdict any more.
 * @throws {DomainError} `dependency_unavailable` when storage or database do not answer: the job must come again.
 */
export async function verify(
  job: VerificationJob,
  parts: VerifierParts,
  decoder: MediaDecoder,
): Promise<VerdictJob | null> {
  const recorded = await parts.records.recordedDecision(job.capture_id);
  if (recorded) {
    const ruling = rulingOfRecord(recorded, parts.clock);
    const verdict = await signVerdict(recorded, ruling, parts.accounts[recorded.mode]);
    const { criteria, declared } = recorded;
    const derivative =
      ruling.outcome === 'rejected'
        ? null
        : await derive({ job, criteria, declared, checks: ruling.checks }, parts, decoder);
    return { verdict, perceptual_hash: null, derivative };
  }
  const context = await parts.records.context(job.capture_id);
  if (!context) return null;
  const account = parts.accounts[context.mode];
  const known = { job, context, cards: parts.cards, signature: signatureState(context) };
  const evidence = await investigatePatiently(known, sourcesOf(parts, decoder));
  const ruling = rulingOfChecks(evidence, parts.clock);
  const verdict = await signVerdict(context, ruling, account);
  const { criteria, declared } = context;
  const shown = { job, criteria, declared, checks: ruling.checks, evidence };
  const derivative = ruling.outcome === 'rejected' ? null : await derive(shown, parts, decoder);
  return { verdict, perceptual_hash: hashesOf(evidence), derivative };
}

/**
 * A decoder that died may have been killed by no fault of the photo: the next decoder looks at it once more. One that brings down two
 * waits for a person.
 */
async function investigatePatiently(known: Evidence, sources: Sources): Promise<Evidence> {
  const evidence = await investigate(known, sources);
  return lostItsDecoder(evidence) ? investigate(known, sources) : evidence;
}

/** Gathers facts step by step and stops as soon as more could not change the outcome. */
export async function investigate(known: Evidence, sources: Sources): Promise<Evidence> {
  let evidence = known;
  for (const step of STEPS) {
    if (isHopeless(evidence, judge(evidence))) return evidence;
    if (step.wanted(evidence)) evidence = { ...evidence, ...(await step.gather(evidence, sources)) };
  }
  return evidence;
}

function lostItsDecoder(evidence: Evidence): boolean {
  const {
    inspected,
    c2pa,
    decoded,
    hashed,
    objects,
    text,
    open_vocabulary,
    embedded,
    reading,
    thumbnail,
    moire,
    light,
  } = evidence;
  const compared = Object.values(evidence.compared ?? {});
  const facts = [
    inspected,
    c2pa,
    decoded,
    hashed,
    objects,
    text,
    open_vocabulary,
    embedded,
    reading,
    ...compared,
    thumbnail,
    moire,
    light,
  ];
  return facts.some((fact) => fact?.ok === false && DIED.includes(fact.reason));
}

/** What the evidence decides by itself. Pure but for the moment it is decided at. */
export function rulingOfChecks(evidence: Evidence, clock: Clock): Ruling {
  const { context } = evidence;
  const checks = judge(evidence);
  const tier = tierProven(evidence);
  const { outcome, finding } = decide(context.criteria, context.declared, tier, checks);
  const c2pa = c2paProven(evidence);
  return { outcome, finding, tier, c2pa, basis: 'checks', checks, decided_at: clock.now() };
}

/** A seal of another reservation vouches for nothing here, whoever signed it. */
function tierProven(evidence: Evidence): Tier {
  return boundToReservation(evidence.context) ? tierOf(evidence) : 'none';
}

function rulingOfRecord(
  { decision, finding, declared, tier, c2pa, basis, checks }: RecordedDecision,
  clock: Clock,
): Ruling {
  const accepted = decision === 'accept';
  return {
    outcome: accepted ? 'accepted' : 'rejected',
    finding: accepted ? (finding ?? declared) : null,
    tier,
    c2pa,
    basis,
    checks,
    decided_at: clock.now(),
  };
}

function hashesOf({ hashed }: Evidence): PictureHashes | null {
  if (!hashed?.ok || hashed.value.contrast < CONTRAST_MIN) return null;
  return { upright: hashed.value.upright, mirror: hashed.value.mirror };
}

function sourcesOf({ records, download }: VerifierParts, decoder: MediaDecoder): Sources {
  return {
    download,
    decoder,
    nearHash: (captureId, hashes) => records.nearHash(captureId, hashes),
    resembles: (captureId, likeness) => records.resembles(captureId, likeness),
    readingSequence: (captureId, seq) => records.readingSequence(captureId, seq),
    previousReading: (captureId, quantityKind) => records.previousReading(captureId, quantityKind),
    neighbourhood: async (captureId, measured) =>
      neighbourhoodOf(measured.quantity_kind, measured.value, await records.readingNeighbours(captureId, measured)),
  };
}
