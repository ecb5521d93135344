import { CHECK_STAGE, plannedChecks, type CheckResult } from '@groundtruth/sdk/protocol';
import type { Evidence } from './checks/check.js';
import { PLAN } from './plan.js';

/**
 * The results of every planned check that the evidence gathered so far can settle, in the order of the plan. Pure: the same
 * evidence, the same results. More evidence adds results and changes none.
 */
export function judge(evidence: Evidence): CheckResult[] {
  const planned = plannedChecks(evidence.context.criteria, evidence.context.kind);
  return PLAN.filter(({ check }) => planned.includes(check)).flatMap(({ check, version, judge: judgementOf }) => {
    const judgement = judgementOf(evidence);
    if (!judgement) return [];
    return [{ ...judgement, check, version, duration_ms: judgement.duration_ms ?? 0 }];
  });
}

/**
 * Whether nothing that could still be gathered would change the outcome: a check of origin failed, or one of content when presence
 * was declared. Declared absence needs the scores of every detector.
 */
export function isHopeless({ context }: Evidence, results: readonly CheckResult[]): boolean {
  return results.some(({ check, status }) => {
    if (status !== 'fail') return false;
    return CHECK_STAGE[check] === 'provenance' || context.declared === 'present';
  });
}
