import type { LocalAccount } from 'viem';
import { decide, type Mode, type Tier, type VerdictJob, type VerificationJob } from '@groundtruth/sdk/protocol';
import type { Clock } from '../../src/kernel/clock.js';
import { boundToReservation } from './checks/challenge.js';
import type { Evidence } from './checks/check.js';
import { signatureState } from './checks/signature.js';
import type { ModelCards } from './checks/thresholds.js';
import { tierOf } from './checks/tier.js';
import type { CaptureContext, RecordedDecision } from './context.js';
import { CONTRAST_MIN } from './checks/duplicate.js';
import type { Failure } from './decoder/protocol.js';
import { STEPS } from './gather.js';
import { isHopeless, judge } from './judge.js';
import { signVerdict, type Ruling } from './sign.js';
import type { CaptureRecords, MediaDecoder, PictureHashes, Sources } from './sources.js';

/** Ends of a decoder that somebody else may have brought about; too slow, too large or senseless it is by itself. */
const DIED: readonly string[] = ['crashed', 'not_started'] satisfies Failure[];

export interface VerifierParts {
  readonly records: CaptureRecords;
  readonly download: Sources['download'];
  readonly cards: ModelCards;
  readonly clock: Clock;
  readonly accounts: Readonly<Record<Mode, LocalAccount>>;
}

/**
 * Decides one capture and signs the verdict. A decision a person has recorded is signed as it stands; otherwise facts are gathered,
 * cheapest first, until every check is settled or one failure has settled the outcome.
 * Repeatable: the same attempt gives a verdict of the same id.
 * @returns null when the capture waits for no verdict any more.
 * @throws {DomainError} `dependency_unavailable` when storage or database do not answer: the job must come again.
 */
export async function verify(
  job: VerificationJob,
  parts: VerifierParts,
  decoder: MediaDecoder,
): Promise<VerdictJob | null> {
  const context = await parts.records.context(job.capture_id);
  if (!context) return null;
  const account = parts.accounts[context.mode];
  const recorded = await parts.records.recordedDecision(job.capture_id);
  if (recorded) {
    const ruling = rulingOfPerson(context, recorded, parts.clock);
    return { verdict: await signVerdict(context, ruling, account), perceptual_hash: null };
  }
  const known = { job, context, cards: parts.cards, signature: signatureState(context) };
  const evidence = await investigatePatiently(known, sourcesOf(parts, decoder));
  const verdict = await signVerdict(context, rulingOfChecks(evidence, parts.clock), account);
  return { verdict, perceptual_hash: hashesOf(evidence) };
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

function lostItsDecoder({ inspected, decoded, hashed, objects, text }: Evidence): boolean {
  return [inspected, decoded, hashed, objects, text].some((fact) => fact?.ok === false && DIED.includes(fact.reason));
}

function rulingOfChecks(evidence: Evidence, clock: Clock): Ruling {
  const { context } = evidence;
  const checks = judge(evidence);
  const tier = tierProven(evidence);
  const { outcome, finding } = decide(context.criteria, context.declared, tier, checks);
  return { outcome, finding, tier, c2pa: 'absent', basis: 'checks', checks, decided_at: clock.now() };
}

/** A seal of another reservation vouches for nothing here, whoever signed it. */
function tierProven(evidence: Evidence): Tier {
  return boundToReservation(evidence.context) ? tierOf(evidence) : 'none';
}

function rulingOfPerson(context: CaptureContext, recorded: RecordedDecision, clock: Clock): Ruling {
  const { decision, checks, tier, c2pa } = recorded;
  const accepted = decision === 'accept';
  return {
    outcome: accepted ? 'accepted' : 'rejected',
    finding: accepted ? (recorded.finding ?? context.declared) : null,
    tier,
    c2pa,
    basis: 'review',
    checks,
    decided_at: clock.now(),
  };
}

function hashesOf({ hashed }: Evidence): PictureHashes | null {
  if (!hashed?.ok || hashed.value.contrast < CONTRAST_MIN) return null;
  return { upright: hashed.value.upright, mirror: hashed.value.mirror };
}

function sourcesOf({ records, download }: VerifierParts, decoder: MediaDecoder): Sources {
  return { download, decoder, nearHash: (captureId, hashes) => records.nearHash(captureId, hashes) };
}
