import type { ObjectCriterion } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';
import { DETECTIONS_MAX, type ObjectsEvidence } from '../decoder/evidence.js';
import type { Thresholds } from '../models/manifest.js';
import { unavailable, type ContentEvidence, type Judgement } from './check.js';
import { strangerText } from './stranger-text.js';
import { agreementOf, type View } from './agreement.js';
import { absentBelowOf, bandOf, gradeOf, passAtOf } from './thresholds.js';
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

/** What one detector answers. */
type Sightings = Omit<ObjectsEvidence, 'duration_ms' | 'second'>;

/**
 * Each object asked for is seen often enough; all must pass. With a second detector configured both must say so (`agreement.ts`). When absence is declared, the score is that of the object seen best,
 * which the decision holds against `absent_below`.
 */
export function objects({ context, cards, objects: seen }: ContentEvidence<'objects'>): Judgement | null {
  if (!seen) return null;
  if (!seen.ok) return unavailable(seen);
  const { second, duration_ms } = seen.value;
  const first = viewOf(context, seen.value, cards.objects);
  if (!cards.second_objects) return { ...first, duration_ms };
  if (!second) return { ...unavailable({ reason: 'second_detector_silent' }), duration_ms };
  return { ...agreementOf(first, viewOf(context, second, cards.second_objects)), duration_ms };
}

/** What one detector says by itself. */
function viewOf(
  { criteria, declared }: Pick<CaptureContext, 'criteria' | 'declared'>,
  seen: Sightings,
  card: Thresholds,
): View {
  const asked = criteria.all.filter((criterion) => 'object' in criterion);
  const sightings = asked.map((criterion) => sightingOf(criterion, seen, card));
  const { model, model_sha256, provider } = seen;
  const decisive = weakest(sightings);
  const declaredAbsent = declared === 'absent' && decisive.status !== 'unavailable';
  return {
    status: decisive.status,
    score: declaredAbsent ? Math.max(...sightings.map(({ best_score }) => best_score)) : decisive.score,
    threshold: decisive.pass_at,
    ...bandOf(sightings, card),
    ...(declaredAbsent ? { absent_below: absentBelowOf(card) } : {}),
    evidence: { model: strangerText(model), objects: sightings },
    model_sha256,
    provider,
  };
}

function sightingOf({ object }: ObjectCriterion, seen: Sightings, card: Thresholds): Sighting {
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
