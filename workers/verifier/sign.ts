import type { LocalAccount } from 'viem';
import {
  captureCommitment,
  checksDigest,
  criteriaHash,
  verdictMessage,
  type CheckResult,
  type Decision,
  type Verdict,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../../src/kernel/clock.js';
import { deriveId } from '../../src/kernel/ids.js';
import type { CaptureContext } from './context.js';

/** What was found out about a capture, before it is a verdict. */
export interface Ruling {
  readonly outcome: Decision['outcome'];
  readonly finding: Decision['finding'];
  readonly tier: Verdict['tier'];
  readonly c2pa: Verdict['c2pa'];
  readonly basis: Verdict['basis'];
  readonly checks: CheckResult[];
  readonly decided_at: Instant;
}

/** What of a capture its verdict names. */
export type VerdictSubject = Pick<
  CaptureContext,
  'capture_id' | 'mode' | 'bounty_id' | 'criteria' | 'declared' | 'seal' | 'salt' | 'attempt'
>;

/**
 * Signs a ruling as EIP-712. The verdict's id follows from capture, attempt and basis: deciding again is the same verdict, never a
 * second one.
 */
export async function signVerdict(context: VerdictSubject, ruling: Ruling, account: LocalAccount): Promise<Verdict> {
  const { mode, bounty_id, capture_id, criteria, declared } = context;
  const unsigned = {
    verdict_id: deriveId('verdict', capture_id, String(context.attempt), ruling.basis),
    mode,
    bounty_id,
    capture_id,
    capture_commitment: captureCommitment(context.salt, context.seal),
    criteria,
    criteria_hash: criteriaHash(criteria),
    declared,
    checks: ruling.checks,
    checks_digest: checksDigest(ruling.checks),
    outcome: ruling.outcome,
    finding: ruling.finding,
    tier: ruling.tier,
    c2pa: ruling.c2pa,
    basis: ruling.basis,
    decided_at: ruling.decided_at,
  };
  const signature = await account.signTypedData(verdictMessage(unsigned));
  return { ...unsigned, signer: account.address, signature };
}
