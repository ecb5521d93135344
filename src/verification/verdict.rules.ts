import { recoverTypedDataAddress } from 'viem';
import {
  captureCommitment,
  checksDigest,
  criteriaHash,
  decide,
  verdictMessage,
  type CheckResult,
  type Criteria,
  type Finding,
  type Mode,
  type Tier,
  type Verdict,
} from '@groundtruth/sdk/protocol';

/** What the database knows of the capture a verdict speaks about. */
export interface VerdictSubject {
  readonly mode: Mode;
  readonly bounty_id: string;
  readonly capture_id: string;
  readonly criteria: Criteria;
  readonly declared: string;
  readonly salt: string;
  readonly seal: string;
}

/** What was recorded for a capture without its checks deciding, and the earlier verdict it was recorded on. */
export interface Recorded {
  readonly basis: 'review' | 'silence' | 'appeal';
  readonly decision: 'accept' | 'reject';
  readonly finding: Finding;
  readonly checks: readonly CheckResult[];
  readonly tier: Tier;
  readonly c2pa: Verdict['c2pa'];
}

/**
 * Why a verdict may not be believed, or null. The signature shows who decided; everything that follows from recorded facts is
 * recomputed, so that a verifier can be wrong about a picture but not about the rules.
 */
export async function verdictProblem(
  verdict: Verdict,
  subject: VerdictSubject,
  signer: string,
  recorded: Recorded | null = null,
): Promise<string | null> {
  if (verdict.mode !== subject.mode) return 'the mode differs';
  if (verdict.capture_id !== subject.capture_id || verdict.bounty_id !== subject.bounty_id)
    return 'it names another capture';
  if (verdict.declared !== subject.declared) return 'the declared finding differs';
  if (
    verdict.criteria_hash !== criteriaHash(subject.criteria) ||
    verdict.criteria_hash !== criteriaHash(verdict.criteria)
  )
    return 'the criteria differ';
  if (verdict.capture_commitment !== captureCommitment(subject.salt, subject.seal))
    return 'the commitment is of another seal';
  if (verdict.checks_digest !== checksDigest(verdict.checks)) return 'the checks digest does not match the checks';
  if (verdict.basis === 'checks' && !followsFromChecks(verdict)) return 'the outcome does not follow from the checks';
  if (verdict.basis !== 'checks' && !followsFromRecord(verdict, recorded)) return 'nobody decided that';
  if (verdict.basis !== 'checks' && !keepsFindings(verdict, recorded!)) return 'it changes what was decided on';
  const recovered = await recoverTypedDataAddress({ ...verdictMessage(verdict), signature: verdict.signature });
  return recovered === signer && verdict.signer === signer ? null : 'it is not signed by the verdict key of this mode';
}

/** Exactly what was recorded: on this basis, this way, with this finding. */
function followsFromRecord({ basis, outcome, finding }: Verdict, recorded: Recorded | null): boolean {
  if (recorded === null || basis !== recorded.basis) return false;
  return recorded.decision === 'accept'
    ? outcome === 'accepted' && finding === recorded.finding
    : outcome === 'rejected' && finding === null;
}

/** Checks, tier and C2PA are those of the verdict that people looked at. */
function keepsFindings(verdict: Verdict, { checks, tier, c2pa }: Recorded): boolean {
  return verdict.checks_digest === checksDigest(checks) && verdict.tier === tier && verdict.c2pa === c2pa;
}

function followsFromChecks(verdict: Verdict): boolean {
  const decision = decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks);
  return decision.outcome === verdict.outcome && decision.finding === verdict.finding;
}
