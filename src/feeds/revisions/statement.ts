import {
  captureCommitment,
  TIERS,
  type Fact,
  type Finding,
  type Id,
  type Tier,
  type Verdict,
} from '@groundtruth/sdk/protocol';
import type { CaptureRow } from '../../captures/index.js';
import type { Instant } from '../../kernel/clock.js';
import { cellOf } from '../../kernel/geo.js';
import { confidenceOf, factsOf } from '../observations/observation.facts.js';
import { READING_TOLERANCE } from './robust-median.js';

/** H3 resolution of sold places: cells of about 200 m edge. */
const CELL_RESOLUTION = 9;

/** A capture with what its contributor was paid, in micros. */
export type PaidCapture = CaptureRow & { readonly paid: bigint };

/** What one accepted capture says, as it is kept (JSON): an observation is what one or several of them say together. */
export interface Statement {
  readonly finding: Finding;
  readonly facts: readonly Fact[];
  readonly cell: string;
  readonly t0: Instant;
  readonly t1: Instant;
  readonly tier: Tier;
  readonly basis: Verdict['basis'];
  readonly confidence: number;
  readonly verdict_id: Id<'verdict'>;
  readonly commitment: `0x${string}`;
  /** Micros its contributor is paid, as digits. */
  readonly pay: string;
}

export function statementOf(capture: PaidCapture, finding: Finding, verdict: Verdict): Statement {
  return {
    finding,
    facts: factsOf(verdict, finding),
    cell: cellOf(capture.sealed.manifest.place, CELL_RESOLUTION),
    t0: capture.t0,
    t1: capture.t1,
    tier: verdict.tier,
    basis: verdict.basis,
    confidence: confidenceOf(verdict),
    verdict_id: verdict.verdict_id,
    commitment: captureCommitment(capture.salt, capture.seal),
    pay: String(capture.paid),
  };
}

/** What several matching captures say together: the least that all of them say, in the interval that spans theirs. */
export function together(statements: readonly [Statement, ...Statement[]]) {
  const [first] = statements;
  const min = (of: (statement: Statement) => number): number => Math.min(...statements.map(of));
  return {
    finding: first.finding,
    facts: first.facts.map((fact, index) =>
      weakest(
        fact,
        statements.map(({ facts }) => facts[index]!),
      ),
    ),
    cell: first.cell,
    proven_interval: { t0: min(({ t0 }) => t0), t1: Math.max(...statements.map(({ t1 }) => t1)) },
    tier: TIERS[min(({ tier }) => TIERS.indexOf(tier))]!,
    basis: BASES[Math.max(...statements.map(({ basis }) => BASES.indexOf(basis)))]!,
    confidence: min(({ confidence }) => confidence),
    verdict_ids: statements.map(({ verdict_id }) => verdict_id),
    capture_commitments: statements.map(({ commitment }) => commitment),
  };
}

/** From what a computer decided to what silence did. */
const BASES = ['checks', 'review', 'appeal', 'silence'] as const;

/** Whether a capture says what the others say together: the same finding, and each criterion answered alike. Counts may differ: people stand elsewhere. */
export function matches(one: Statement, others: readonly Statement[]): boolean {
  return others.every(
    (other) =>
      one.finding === other.finding &&
      one.facts.length === other.facts.length &&
      one.facts.every((fact, index) => isAlike(fact, other.facts[index]!)),
  ) && one.facts.every((fact, index) => !('text' in fact) || fact.text.matched.length === 0 || inCommon(one, others, index).length > 0); // prettier-ignore
}

function isAlike(a: Fact, b: Fact): boolean {
  if ('object' in a) return 'object' in b && a.object.label === b.object.label;
  if ('text' in a) {
    if (!('text' in b) || a.text.pattern !== b.text.pattern) return false;
    return (a.text.matched.length === 0) === (b.text.matched.length === 0);
  }
  if ('similar_to' in a) return 'similar_to' in b && a.similar_to.reference === b.similar_to.reference;
  if (!('reading' in b) || a.reading.unit !== b.reading.unit) return false;
  const [x, y] = [a.reading.value, b.reading.value];
  return Math.abs(x - y) <= READING_TOLERANCE * Math.max(Math.abs(x), Math.abs(y));
}

/** Texts that all of them read at a criterion. */
function inCommon(one: Statement, others: readonly Statement[], index: number): string[] {
  return commonTexts([one, ...others].map(({ facts }) => facts[index]!));
}

function commonTexts(facts: readonly Fact[]): string[] {
  const [first, ...rest] = facts.map((fact) => ('text' in fact ? fact.text.matched : []));
  return (first ?? []).filter((text) => rest.every((matched) => matched.includes(text)));
}

function weakest(fact: Fact, all: readonly Fact[]): Fact {
  if ('object' in fact) {
    const objects = all.flatMap((each) => ('object' in each ? [each.object] : []));
    const [count, score] = [
      Math.min(...objects.map((each) => each.count)),
      Math.min(...objects.map((each) => each.score)),
    ];
    return { object: { label: fact.object.label, count, score } };
  }
  if ('text' in fact) return { text: { pattern: fact.text.pattern, matched: commonTexts(all) } };
  if ('similar_to' in fact) {
    const cosines = all.flatMap((each) => ('similar_to' in each ? [each.similar_to.cosine] : []));
    return { similar_to: { reference: fact.similar_to.reference, cosine: Math.min(...cosines) } };
  }
  return middleReading(all);
}

/** The reading in the middle, as it was taken: an average would be nobody's. Of two, the lower. */
function middleReading(all: readonly Fact[]): Fact {
  const readings = all.flatMap((each) => ('reading' in each ? [each] : []));
  const sorted = readings.toSorted((a, b) => a.reading.value - b.reading.value);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}
