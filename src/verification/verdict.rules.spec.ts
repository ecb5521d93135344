import { privateKeyToAccount } from 'viem/accounts';
import {
  captureCommitment,
  checksDigest,
  criteriaHash,
  criteriaSchema,
  requiredChecks,
  verdictMessage,
  type CheckResult,
  type Verdict,
} from '@groundtruth/sdk/protocol';
import { verdictProblem, type Recorded, type VerdictSubject } from './verdict.rules.js';

const account = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const criteria = criteriaSchema.parse({ all: [{ object: { label: 'boat' } }] });
const checks: CheckResult[] = requiredChecks(criteria).map((check) => ({
  check,
  status: 'pass',
  evidence: {},
  duration_ms: 0,
  version: 1,
}));
const subject: VerdictSubject = {
  mode: 'test',
  bounty_id: `bty_${'0'.repeat(32)}`,
  capture_id: `cap_${'0'.repeat(32)}`,
  criteria,
  declared: 'present',
  salt: 'ab'.repeat(32),
  seal: 'cd'.repeat(32),
};

async function verdict(change: Partial<Verdict> = {}): Promise<Verdict> {
  const unsigned = {
    verdict_id: `vrd_${'0'.repeat(32)}`,
    mode: 'test',
    bounty_id: subject.bounty_id,
    capture_id: subject.capture_id,
    capture_commitment: captureCommitment(subject.salt, subject.seal),
    criteria,
    criteria_hash: criteriaHash(criteria),
    declared: 'present',
    checks,
    checks_digest: checksDigest(checks),
    outcome: 'accepted',
    finding: 'present',
    tier: 'signed',
    c2pa: 'absent',
    basis: 'checks',
    decided_at: 1,
    ...change,
  } as Omit<Verdict, 'signature' | 'signer'>;
  return {
    ...unsigned,
    signer: account.address,
    signature: await account.signTypedData(verdictMessage(unsigned)),
    ...change,
  } as Verdict;
}

describe('a verdict', () => {
  it('is believed when signature, commitments and outcome can all be recomputed', async () => {
    expect(await verdictProblem(await verdict(), subject, account.address)).toBeNull();
  });

  const failed = checks.map((check) => (check.check === 'objects' ? { ...check, status: 'fail' as const } : check));
  it.each<[string, Partial<Verdict>, string]>([
    ['of another mode', { mode: 'live' }, 'the mode differs'],
    ['about another capture', { capture_id: `cap_${'1'.repeat(32)}` as never }, 'it names another capture'],
    ['with another declared finding', { declared: 'absent' }, 'the declared finding differs'],
    ['with softer criteria', { criteria: { ...criteria, unique: false } }, 'the criteria differ'],
    [
      'with a commitment to another seal',
      { capture_commitment: `0x${'00'.repeat(32)}` },
      'the commitment is of another seal',
    ],
    ['whose checks were exchanged', { checks: failed }, 'the checks digest does not match the checks'],
    [
      'that accepts what a check failed',
      { checks: failed, checks_digest: checksDigest(failed) },
      'the outcome does not follow from the checks',
    ],
    [
      'that rejects what every check passed',
      { outcome: 'rejected', finding: null },
      'the outcome does not follow from the checks',
    ],
    [
      'with an edited signature',
      { signature: `0x${'22'.repeat(64)}1b` },
      'it is not signed by the verdict key of this mode',
    ],
  ])('%s is not', async (_, change, problem) => {
    expect(await verdictProblem(await verdict(change), subject, account.address)).toBe(problem);
  });

  const basis: Recorded = {
    basis: 'review',
    decision: 'accept',
    finding: 'present',
    checks,
    tier: 'signed',
    c2pa: 'absent',
  };
  const problem = (of: Verdict, recorded: Recorded | null) => verdictProblem(of, subject, account.address, recorded);

  it.each(['review', 'silence', 'appeal'] as const)('by %s is believed only as far as it was recorded', async (by) => {
    const recorded = { ...basis, basis: by };
    const accepted = await verdict({ basis: by });
    const rejected = await verdict({ basis: by, outcome: 'rejected', finding: null });
    expect(await problem(accepted, recorded)).toBeNull();
    expect(await problem(rejected, { ...recorded, decision: 'reject' })).toBeNull();
    const others = (['review', 'silence', 'appeal'] as const).filter((other) => other !== by);
    for (const [of, what] of [
      [rejected, recorded],
      [accepted, { ...recorded, decision: 'reject' }],
      [accepted, { ...recorded, finding: 'absent' }],
      ...others.map((other) => [accepted, { ...recorded, basis: other }] as const),
      [accepted, null],
    ] as const) {
      expect(await problem(of, what)).toBe('nobody decided that');
    }
  });

  it('that changes what was decided on is not', async () => {
    const accepted = await verdict({ basis: 'review' });
    for (const earlier of [{ checks: failed }, { tier: 'attested' }, { c2pa: 'platform' }] as Partial<Recorded>[])
      expect(await problem(accepted, { ...basis, ...earlier })).toBe('it changes what was decided on');
  });

  it('by another key is not', async () => {
    const other = privateKeyToAccount(`0x${'33'.repeat(32)}`);
    expect(await verdictProblem(await verdict(), subject, other.address)).toBe(
      'it is not signed by the verdict key of this mode',
    );
  });
});
