import type { BOUNTY_KINDS } from './bounty.js';
import { CHECK_STAGE, type CheckName, type CheckResult } from './check.js';
import type { Criteria, Finding } from './criteria.js';
import { plannedChecks, requiredChecks } from './decision.js';

/**
 * Who answers for a capture in review, and so what silence does. `requester`: silence pays the contributor. `operator`: unseen by the
 * requester, and rejected when nobody decides. `objected`: the requester objected; when the operator does not decide either, the
 * contributor is paid.
 */
export const REVIEW_ROUTES = ['requester', 'operator', 'objected'] as const;
export type ReviewRoute = (typeof REVIEW_ROUTES)[number];

/** What decides who sees an inconclusive capture first. */
export interface ReviewSubject {
  readonly criteria: Criteria;
  readonly kind: (typeof BOUNTY_KINDS)[number];
  readonly declared: Finding;
  readonly checks: readonly CheckResult[];
  /** Whether requester and contributor are linked, or anything else outside the checks speaks against silence. */
  readonly suspicious: boolean;
}

/**
 * Where a review begins (DESIGN §3). The requester is asked first only when presence was declared, every planned check has passed but
 * for required content checks whose score lies inside the published band from `fail_below` to `threshold`, and nothing is suspicious.
 * Everything else is the operator's alone. Pure: the same verdict, the same route.
 */
export function reviewRoute({ criteria, kind, declared, checks, suspicious }: ReviewSubject): 'requester' | 'operator' {
  if (suspicious || declared === 'absent') return 'operator';
  const results = new Map(checks.map((result) => [result.check, result]));
  const required = new Set(requiredChecks(criteria));
  const complete = plannedChecks(criteria, kind).every((name) => results.has(name));
  const quiet = checks.every(
    (result) => result.status === 'pass' || (required.has(result.check) && liesInContentBand(result)),
  );
  return complete && quiet ? 'requester' : 'operator';
}

/** Whether every required check of origin passed: what an appeal that nobody decides is upheld for. A missing check has not passed. */
export function provenancePassed(criteria: Criteria, checks: readonly CheckResult[]): boolean {
  const passed = new Set(checks.filter(({ status }) => status === 'pass').map(({ check }) => check));
  return requiredChecks(criteria)
    .filter((name) => CHECK_STAGE[name] === 'provenance')
    .every((name) => passed.has(name));
}

/** The checks that answer what was asked. Others about content, above all `nsfw`, are never a requester's to overlook. */
const ANSWERS: readonly CheckName[] = ['objects', 'text', 'similarity', 'open_vocabulary'];

/** Without a published lower bar there is no band to lie in. */
function liesInContentBand({ check, status, score, threshold, fail_below }: CheckResult): boolean {
  if (!ANSWERS.includes(check) || status !== 'inconclusive') return false;
  if (score === undefined || threshold === undefined || fail_below === undefined) return false;
  return score >= fail_below && score < threshold;
}
