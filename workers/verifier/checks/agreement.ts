import { createHash } from 'node:crypto';
import type { CheckStatus } from '@groundtruth/sdk/protocol';
import type { Judgement } from './check.js';

/** The judgement of one detector by its own bars. */
export interface View extends Judgement {
  readonly score: number;
  readonly threshold: number;
  readonly model_sha256: string;
  readonly provider: string;
}

/**
 * Two detectors decide together: both pass, pass; both fail, fail; a label one of them does not know, unavailable; anything else,
 * inconclusive. Score and bars are those of the detector with less above its own bar, so that absence, too, needs both. The views of both are in
 * the evidence; `model_sha256` is that of their two hashes one after another.
 */
export function agreementOf(first: View, second: View): Judgement {
  const weaker = lessSure(first, second);
  return {
    status: together(first.status, second.status),
    score: weaker.score,
    threshold: weaker.threshold,
    ...([first, second].every(passesOrNearly) && weaker.fail_below !== undefined
      ? { fail_below: weaker.fail_below }
      : {}),
    ...(weaker.absent_below === undefined ? {} : { absent_below: weaker.absent_below }),
    evidence: { detectors: [first, second].map(recorded) },
    model_sha256: createHash('sha256')
      .update(first.model_sha256 + second.model_sha256)
      .digest('hex'),
    provider: first.provider,
  };
}

/** A detector that says no, or doubts for another reason than a near miss, leaves no band for silence. */
const passesOrNearly = ({ status, fail_below }: View): boolean => status === 'pass' || fail_below !== undefined;

function together(first: CheckStatus, second: CheckStatus): CheckStatus {
  if (first === second) return first;
  return first === 'unavailable' || second === 'unavailable' ? 'unavailable' : 'inconclusive';
}

/**
 * For presence the one with the lower score above its bar for passing; for absence the one with the higher score above its bar for
 * absence, because that one speaks against it.
 */
function lessSure(first: View, second: View): View {
  if (first.absent_below !== undefined && second.absent_below !== undefined) {
    return second.score - second.absent_below > first.score - first.absent_below ? second : first;
  }
  return second.score - second.threshold < first.score - first.threshold ? second : first;
}

function recorded({ status, score, threshold, absent_below, evidence, model_sha256, provider }: View) {
  const absence = absent_below === undefined ? {} : { absent_below };
  return { ...evidence, status, score, threshold, ...absence, model_sha256, provider };
}
