import { ADVISORY_CHECKS, CHECK_STAGE, type CheckName, type CheckResult } from './check.js';
import type { BOUNTY_KINDS } from './bounty.js';
import type { Criteria, Criterion, Finding, Tier } from './criteria.js';

export interface Decision {
  readonly outcome: 'accepted' | 'rejected' | 'review';
  /** What the capture shows; null unless accepted. */
  readonly finding: Finding | null;
  readonly failed_check: CheckName | null;
  readonly failed_stage: 'provenance' | 'content' | null;
}

/** The checks a capture must pass for these criteria, in the order they run. */
export function requiredChecks(criteria: Criteria): CheckName[] {
  if (criteria.all.some((criterion) => 'reading' in criterion)) return [...OF_READINGS];
  const required: CheckName[] = [
    'integrity',
    'format',
    'window',
    'geofence',
    'freshness',
    'provenance',
    'c2pa',
    'challenge',
  ];
  if (criteria.unique) required.push('duplicate', 'resemblance');
  if (criteria.all.some((criterion) => 'object' in criterion)) required.push('objects');
  if (criteria.all.some((criterion) => 'text' in criterion)) required.push('text');
  if (criteria.all.some((criterion) => 'similar_to' in criterion)) required.push('similarity');
  if (criteria.all.some((criterion) => 'open_vocabulary' in criterion)) required.push('open_vocabulary');
  if (criteria.all.some(isOfPicture)) required.push('nsfw');
  return required;
}

/** Of a reading nothing is asked that only a picture can answer. */
const OF_READINGS: readonly CheckName[] = [
  'integrity',
  'format',
  'window',
  'geofence',
  'freshness',
  'provenance',
  'challenge',
  'reading_range',
  'reading_sequence',
  'reading_neighbours',
];

/** The checks that are run and recorded: those required, and for a photo those that only advise, which `decide` never looks at. */
export function plannedChecks(criteria: Criteria, kind: (typeof BOUNTY_KINDS)[number]): CheckName[] {
  return [...requiredChecks(criteria), ...(kind === 'photo' ? ADVISORY_CHECKS : [])];
}

/**
 * Decides a capture from its recorded checks: hard gates, AND, no weights (DESIGN §5, §3). Pure, so anyone can recompute it
 * from a published verdict. A required check that is missing counts as `unavailable`, never as passed.
 */
export function decide(criteria: Criteria, declared: Finding, tier: Tier, checks: readonly CheckResult[]): Decision {
  const results = new Map(checks.map((result) => [result.check, result]));
  const required = requiredChecks(criteria);
  const content = required.filter((name) => CHECK_STAGE[name] === 'content');
  const failed = (names: CheckName[]): CheckName | undefined =>
    names.find((name) => results.get(name)?.status === 'fail');
  const passed = (names: CheckName[]): boolean => names.every((name) => results.get(name)?.status === 'pass');
  const origin = required.filter((name) => CHECK_STAGE[name] === 'provenance');

  const forged = failed(origin);
  if (forged) return rejected(forged);
  if (!criteria.all.every(hasCheck)) return REVIEW;
  if (declared === 'absent') {
    const vouched = criteria.code_in_scene || tier === 'attested';
    const gates = [...origin, ...content.filter((name) => name === 'nsfw')];
    const seenAbsent = content.every((name) => gates.includes(name) || isAbsent(results.get(name)));
    return passed(gates) && vouched && seenAbsent ? { ...ACCEPTED, finding: 'absent' } : REVIEW;
  }
  const missed = failed(content);
  if (missed) return rejected(missed);
  return passed(required) ? { ...ACCEPTED, finding: 'present' } : REVIEW;
}

/** Whether the criterion asks for something in a picture, so that there is one. */
const isOfPicture = (criterion: Criterion): boolean =>
  'object' in criterion || 'text' in criterion || 'similar_to' in criterion || 'open_vocabulary' in criterion;

/** A criterion that no check answers can never be what a capture is accepted for. */
const hasCheck = (criterion: Criterion): boolean => isOfPicture(criterion) || 'reading' in criterion;

const ACCEPTED = { outcome: 'accepted', failed_check: null, failed_stage: null } as const;
const REVIEW: Decision = { outcome: 'review', finding: null, failed_check: null, failed_stage: null };

function rejected(check: CheckName): Decision {
  return { outcome: 'rejected', finding: null, failed_check: check, failed_stage: CHECK_STAGE[check] };
}

/** A detector speaks for absence only below its model's `absent_below`; a check without that bar never does. */
function isAbsent(result: CheckResult | undefined): boolean {
  return result?.score !== undefined && result.absent_below !== undefined && result.score < result.absent_below;
}
