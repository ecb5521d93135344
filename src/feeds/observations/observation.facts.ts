import {
  factSchema,
  readingAsked,
  type Criterion,
  type Fact,
  type Finding,
  type Verdict,
} from '@groundtruth/sdk/protocol';

/** What a verdict established, criterion by criterion, from its recorded checks. An absence has no texts and counts nothing. */
export function factsOf(verdict: Verdict, finding: Finding): Fact[] {
  return verdict.criteria.all.flatMap((criterion) => factOf(criterion, verdict, finding));
}

function factOf(criterion: Criterion, verdict: Verdict, finding: Finding): Fact[] {
  if ('object' in criterion) {
    const { label } = criterion.object;
    const seen = evidenceOf(verdict, 'objects', 'objects').find((entry) => entry.label === label);
    const present = finding === 'present';
    return [
      {
        object: {
          label,
          count: present ? Number(seen?.count ?? criterion.object.min_count) : 0,
          score: Number(seen?.score ?? 0),
        },
      },
    ];
  }
  if ('text' in criterion) {
    const { pattern } = criterion.text;
    const matched = evidenceOf(verdict, 'text', 'matches')
      .filter((entry) => entry.pattern === pattern)
      .flatMap((entry) => entry.matched as string[]);
    return [{ text: { pattern, matched: matched.slice(0, 20) } }];
  }
  if ('similar_to' in criterion) {
    const { reference } = criterion.similar_to;
    const compared = evidenceOf(verdict, 'similarity', 'references').find((entry) => entry.reference === reference);
    return compared ? [{ similar_to: { reference, cosine: Number(compared.score) } }] : [];
  }
  if ('reading' in criterion) return factOfReading(verdict);
  return [];
}

/** The value as `reading_range` recorded it; a verdict in which that check never saw one has no such fact. */
function factOfReading(verdict: Verdict): Fact[] {
  const range = verdict.checks.find(({ check }) => check === 'reading_range');
  const { quantity_kind, unit, value, at, samples } = range?.evidence ?? {};
  const fact = factSchema.safeParse({ reading: { quantity_kind, unit, value, at, samples } });
  return fact.success ? [fact.data] : [];
}

/** A list of records in a check's evidence. Evidence is open by design; what is not a list of records says nothing. */
function evidenceOf(verdict: Verdict, check: string, field: string): Record<string, unknown>[] {
  const value = verdict.checks.find((result) => result.check === check)?.evidence[field];
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

/**
 * A reading has no score. Alone it rests on one device's word; what fits at least three unlinked neighbours is believed more, never fully:
 * neighbours can be wrong together. Chosen, not measured.
 */
const CONFIDENCE_OF_READING = { alone: 0.5, corroborated: 0.9 } as const;

function isCorroborated({ checks }: Verdict): boolean {
  const neighbours = checks.find(({ check }) => check === 'reading_neighbours');
  return neighbours?.status === 'pass' && neighbours.evidence.too_few !== true;
}

/** How sure the checks were: the weakest score of what was asked for; a person's decision counts as 1. That a picture is decent says nothing of it. */
export function confidenceOf(verdict: Verdict): number {
  if (verdict.basis !== 'checks') return 1;
  if (readingAsked(verdict.criteria)) return CONFIDENCE_OF_READING[isCorroborated(verdict) ? 'corroborated' : 'alone'];
  const scores = verdict.checks.flatMap((result) =>
    result.score === undefined || result.check === 'nsfw'
      ? []
      : [verdict.finding === 'absent' ? 1 - result.score : result.score],
  );
  return scores.length === 0 ? 1 : Math.min(...scores);
}
