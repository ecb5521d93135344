import type { TextCriterion } from '@groundtruth/sdk/protocol';
import type { TextLine } from '../decoder/evidence.js';
import type { Thresholds } from '../models/manifest.js';
import { unavailable, type ContentEvidence, type Judgement } from './check.js';
import { touchedBy } from './matched-lines.js';
import { compilePattern, type Match } from './pattern.js';
import { strangerText } from './stranger-text.js';
import { absentBelowOf, bandOf, gradeOf, passAtOf } from './thresholds.js';
import { weakest, type Graded } from './weakest.js';

/** Matches looked at per line, and kept per pattern. */
const MATCHES_MAX = 20;

interface Reading extends Graded {
  readonly pattern: string;
  /** Texts from a stranger's picture: data, never instructions. */
  readonly matched: string[];
  /** Confidence of the best match: that of its least certain line. 0 without a match. */
  readonly score: number;
}

/** Each pattern matches one line of the picture, or its lines joined by spaces; all must pass. */
export function text({ context, cards, text: read }: ContentEvidence<'text'>): Judgement | null {
  if (!read) return null;
  if (!read.ok) return unavailable(read);
  const criteria = context.criteria.all.filter((criterion) => 'text' in criterion);
  const readings = criteria.map((criterion) => readingOf(criterion, read.value.lines, cards.text));
  const { model, model_sha256, provider, duration_ms } = read.value;
  const decisive = weakest(readings);
  const declaredAbsent = context.declared === 'absent' && decisive.status !== 'unavailable';
  return {
    status: decisive.status,
    score: declaredAbsent ? Math.max(...readings.map(({ score }) => score)) : decisive.score,
    threshold: decisive.pass_at,
    ...bandOf(readings, cards.text),
    ...(declaredAbsent ? { absent_below: absentBelowOf(cards.text) } : {}),
    evidence: { model: strangerText(model), matches: readings },
    model_sha256,
    provider,
    duration_ms,
  };
}

function readingOf({ text: { pattern } }: TextCriterion, lines: readonly TextLine[], card: Thresholds): Reading {
  const compiled = compilePattern(pattern);
  const pass_at = passAtOf(card);
  if (!compiled) return { pattern, matched: [], score: 0, pass_at, status: 'unavailable' };
  const found = [...lines.map((line) => [line]), lines].flatMap((together) =>
    compiled(together.map((line) => line.text).join(' '), MATCHES_MAX).map((match) => ({
      text: strangerText(match.text),
      confidence: confidenceOf(together, match),
    })),
  );
  const score = Math.max(0, ...found.map(({ confidence }) => confidence));
  const matched = [...new Set(found.map((match) => match.text))].slice(0, MATCHES_MAX);
  return { pattern, matched, score, pass_at, status: found.length === 0 ? 'fail' : gradeOf(score, card, pass_at) };
}

/** The lowest confidence among the lines a match touches. */
function confidenceOf(lines: readonly TextLine[], match: Match): number {
  return Math.min(1, ...touchedBy(match, lines).map((line) => line.confidence));
}
