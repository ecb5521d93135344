import type { Criterion } from '@groundtruth/sdk/protocol';
import type { CompareEvidence } from '../decoder/evidence.js';
import type { Thresholds } from '../models/manifest.js';
import { unavailable, type Evidence, type Gathered, type Judgement } from './check.js';
import { bandOf, gradeOf, passAtOf } from './thresholds.js';
import { weakest, type Graded } from './weakest.js';

type SimilarTo = Extract<Criterion, { similar_to: unknown }>['similar_to'];

interface Likeness extends Graded {
  readonly reference: string;
  /** Of the reference's bytes; null when the bounty names one that is gone. */
  readonly reference_sha256: string | null;
}

/** The picture is as like each reference as asked for; all must pass. A reference that cannot be opened says nothing about the photo. */
export function similarity({ context, cards, compared }: Evidence): Judgement | null {
  if (!compared) return null;
  const wanted = context.criteria.all.flatMap((criterion) => ('similar_to' in criterion ? [criterion.similar_to] : []));
  const missing = wanted.map(({ reference }) => compared[reference]).find((fact) => !fact?.ok || fact.value.refusal);
  if (missing?.ok) return unavailable({ reason: 'reference_refused' });
  if (missing) return unavailable(missing);
  const answers = wanted.flatMap((one) => answered(one, compared[one.reference]));
  const [first] = answers;
  if (!first || answers.length < wanted.length) return unavailable({ reason: 'reference_missing' });
  const sha256s = new Map(context.references.map(({ id, sha256 }) => [id as string, sha256]));
  const likenesses = answers.map(({ asked, evidence }) => likenessOf(asked, evidence, cards.similarity, sha256s));
  const decisive = weakest(likenesses);
  const { model_sha256, provider } = first.evidence;
  return {
    status: decisive.status,
    score: decisive.score,
    threshold: decisive.pass_at,
    ...bandOf(likenesses, cards.similarity),
    evidence: { references: likenesses },
    model_sha256,
    provider,
    duration_ms: answers.reduce((sum, { evidence }) => sum + evidence.duration_ms, 0),
  };
}

function answered(asked: SimilarTo, fact: Gathered<CompareEvidence> | undefined) {
  return fact?.ok ? [{ asked, evidence: fact.value }] : [];
}

function likenessOf(
  { reference, min_cosine }: SimilarTo,
  { cosine }: CompareEvidence,
  card: Thresholds,
  sha256s: ReadonlyMap<string, string>,
): Likeness {
  const pass_at = passAtOf(card, min_cosine);
  const score = cosine ?? 0;
  const reference_sha256 = sha256s.get(reference) ?? null;
  return { reference, reference_sha256, score, pass_at, status: gradeOf(score, card, pass_at) };
}
