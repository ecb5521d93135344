import { recoverTypedDataAddress } from 'viem';
import {
  captureCommitment,
  checksDigest,
  criteriaHash,
  decide,
  verdictMessage,
  type Criteria,
  type Finding,
  type Mode,
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

/** What was recorded for a capture in review. */
export interface ReviewDecision {
  readonly decision: 'accept' | 'reject';
  readonly finding: Finding;
}

/**
 * Why a verdict may not be believed, or null. The signature shows who decided; everything that follows from recorded facts is
 * recomputed, so that a verifier can be wrong about a picture but not about the rules.
 */
export async function verdictProblem(
  verdict: Verdict,
  subject: VerdictSubject,
  signer: string,
  decision: ReviewDecision | null = null,
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
  if (verdict.basis !== 'checks' && !followsFromDecision(verdict, decision)) return 'nobody decided that';
  const recovered = await recoverTypedDataAddress({ ...verdictMessage(verdict), signature: verdict.signature });
  return recovered === signer && verdict.signer === signer ? null : 'it is not signed by the verdict key of this mode';
}

/** Only what a person recorded, and only by review: silence and appeals are not served yet. */
function followsFromDecision({ basis, outcome, finding }: Verdict, decision: ReviewDecision | null): boolean {
  if (basis !== 'review' || decision === null) return false;
  return decision.decision === 'accept'
    ? outcome === 'accepted' && finding === decision.finding
    : outcome === 'rejected' && finding === null;
}

function followsFromChecks(verdict: Verdict): boolean {
  const decision = decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks);
  return decision.outcome === verdict.outcome && decision.finding === verdict.finding;
}
