import type { Limit, Thresholds } from '../models/manifest.js';
import type { Graded } from './weakest.js';

/** What the scores of each model mean; published with the model (DESIGN §5). */
export interface ModelCards {
  readonly objects: Thresholds;
  /** Of the second detector; absent when none is configured. */
  readonly second_objects?: Thresholds;
  readonly text: Thresholds;
  /** Absent when no model is configured. */
  readonly open_vocabulary?: Thresholds;
  readonly similarity: Thresholds;
  readonly nsfw: Limit;
}

/** `pass` from `passAt` on, `fail` surely below the model's bar, `inconclusive` between. */
export function gradeOf(score: number, card: Thresholds, passAt: number): 'pass' | 'fail' | 'inconclusive' {
  if (score >= passAt) return 'pass';
  return score < failBelowOf(card) ? 'fail' : 'inconclusive';
}

/**
 * The lower edge of the band in which silence may pay, for an inconclusive check whose every criterion that does not pass lies in it; else
 * nothing: what is in doubt for another reason, such as a full list of detections, is no near miss.
 */
export function bandOf(graded: readonly Graded[], card: Thresholds): { readonly fail_below?: number } {
  const doubtful = graded.filter(({ status }) => status !== 'pass');
  const fail_below = failBelowOf(card);
  const near = doubtful.every(({ status, score }) => status === 'inconclusive' && score >= fail_below);
  return doubtful.length > 0 && near ? { fail_below } : {};
}

const failBelowOf = (card: Thresholds): number => Math.max(0, rounded(card.fail_below - card.guard_band));

/**
 * The score that surely passes, whatever the execution provider: the bar plus the guard band. Criteria may raise the model's bar,
 * never lower it. At most 1, so that a certain answer can pass.
 */
export function passAtOf(card: Thresholds, wanted = 0): number {
  return Math.min(1, rounded(Math.max(card.pass_at, wanted) + card.guard_band));
}

/** The score below which absence is sure. 0 means that this model never says so. */
export function absentBelowOf(card: Thresholds): number {
  return Math.max(0, rounded(card.absent_below - card.guard_band));
}

/** To a millionth: 0.4 + 0.02 is 0.42, in every verdict that shows it. */
const rounded = (score: number): number => Math.round(score * 1e6) / 1e6;
