import type { ObjectCriterion } from '@groundtruth/sdk/protocol';
import { DETECTIONS_MAX, type ObjectsEvidence } from '../decoder/evidence.js';
import type { Thresholds } from '../models/manifest.js';
import { unavailable, type Evidence, type Judgement } from './check.js';
import { strangerText } from './stranger-text.js';
import { absentBelowOf, gradeOf, passAtOf } from './thresholds.js';
import { weakest, type Graded } from './weakest.js';

interface Sighting extends Graded {
  readonly label: string;
  readonly min_count: number;
  /** Detections at or above `pass_at`. */
  readonly count: number;
  /** Of the `min_count`-th best detection, the one that makes enough; 0 when there are fewer. */
  readonly score: number;
  /** Best anywhere in the picture, detected or not: what absence is held against. */
  readonly best_score: number;
}

/**
 * Each object asked for is seen often enough; all must pass. When absence is declared, the score is that of the object seen best,
 * which the decision holds against `absent_below`.
 */
export function objects({ context, cards, objects: seen }: Evidence): Judgement | null {
  if (!seen) return null;
  if (!seen.ok) return unavailable(seen);
  const criteria = context.criteria.all.filter((criterion) => 'object' in criterion);
  const sightings = criteria.map((criterion) => sightingOf(criterion, seen.value, cards.objects));
  const { model, model_sha256, provider, duration_ms } = seen.value;
  const decisive = weakest(sightings);
  const declaredAbsent = context.declared === 'absent' && decisive.status !== 'unavailable';
  return {
    status: decisive.status,
    score: declaredAbsent ? Math.max(...sightings.map(({ best_score }) => best_score)) : decisive.score,
    threshold: decisive.pass_at,
    ...(declaredAbsent ? { absent_below: absentBelowOf(cards.objects) } : {}),
    evidence: { model: strangerText(model), objects: sightings },
    model_sha256,
    provider,
    duration_ms,
  };
}

function sightingOf({ object }: ObjectCriterion, seen: ObjectsEvidence, card: Thresholds): Sighting {
  const { label, min_count } = object;
  const pass_at = passAtOf(card, object.min_score);
  const detections = seen.detections.filter((one) => one.label === label);
  const scores = detections.map((one) => one.score).sort((a, b) => b - a);
  const best_score = Math.max(seen.label_scores[label] ?? 0, scores[0] ?? 0);
  const score = scores[min_count - 1] ?? (min_count === 1 ? best_score : 0);
  const count = scores.filter((one) => one >= pass_at).length;
  const status = label in seen.label_scores ? gradeOf(score, card, pass_at) : 'unavailable';
  // A full list may have cut off the rest of a crowd, so it cannot say that there are too few.
  const cut = status === 'fail' && scores.length > 0 && seen.detections.length === DETECTIONS_MAX;
  return { label, min_count, count, score, best_score, pass_at, status: cut ? 'inconclusive' : status };
}
