import { readFile } from 'node:fs/promises';
import { privateKeyToAccount } from 'viem/accounts';
import {
  captureCommitment,
  checksDigest,
  criteriaHash,
  decide,
  plannedChecks,
  verdictMessage,
  type CheckName,
  type CheckResult,
  type CheckStatus,
  type Verdict,
  type VerificationJob,
} from '@groundtruth/sdk/protocol';
import { BountiesRepository, termsFromRow } from '../../src/bounties/index.js';
import { CapturesRepository } from '../../src/captures/index.js';
import { Clock } from '../../src/kernel/clock.js';
import { deriveId } from '../../src/kernel/ids.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { VerdictIntake } from '../../src/verification/verdict.intake.js';
import { SqlCaptureRecords } from '../../workers/verifier/database.js';
import type { MediaDecoder } from '../../workers/verifier/sources.js';
import { verify, type VerifierParts } from '../../workers/verifier/verify.js';
import type { TestMarket } from '../support/market.js';

type Unsigned = Omit<Verdict, 'signature' | 'signer'>;
/** What a check answers instead of passing. */
export type Results = Partial<Record<CheckName, Partial<CheckResult>>>;
/** A content score inside the published band: neither seen nor not seen. */
export const NEAR_MISS: Results = {
  objects: { status: 'inconclusive', score: 0.3, threshold: 0.42, fail_below: 0.18 },
};

/**
 * The verifier's place in a simulation: it looks at no picture, says what the seed tells it to, and signs with the real verdict key. Its
 * verdicts enter where the queue would deliver them.
 */
export class Desk {
  constructor(private readonly market: TestMarket) {}

  /** Judges one submitted capture: `objects` gets this status, every other planned check passes. */
  async judge(captureId: string, status: CheckStatus): Promise<void> {
    await this.judgeWith(captureId, { objects: { status } });
  }

  /** Judges one submitted capture with these results; every other planned check passes. */
  async judgeWith(captureId: string, results: Results): Promise<void> {
    await this.deliver(await this.verdictOf(captureId, results));
  }

  /** Signs what was recorded for a capture, if anything was, with the verifier's own code: it looks at no picture for that. */
  async conclude(captureId: string): Promise<void> {
    const { app } = this.market.http;
    const records = new SqlCaptureRecords(app.get(UnitOfWork));
    if (!(await records.recordedDecision(captureId))) return;
    const account = await this.account();
    // Storage, models and decoder are left out on purpose: asking for one of them fails the test.
    const parts = {
      records,
      clock: app.get(Clock),
      accounts: { test: account, live: account },
    } as unknown as VerifierParts;
    const job = { capture_id: captureId, deposit: null } as unknown as VerificationJob;
    const answer = await verify(job, parts, null as unknown as MediaDecoder);
    await app.get(VerdictIntake).take(answer);
  }

  private async verdictOf(captureId: string, results: Results): Promise<Unsigned> {
    const { app } = this.market.http;
    const row = await app.get(UnitOfWork).run((tx) => app.get(CapturesRepository).get(tx, captureId));
    const bounty = await app.get(UnitOfWork).run((tx) => app.get(BountiesRepository).get(tx, row!.bounty_id));
    const { criteria, kind } = termsFromRow(bounty!);
    const checks: CheckResult[] = plannedChecks(criteria, kind).map((check) => ({
      check,
      status: 'pass',
      evidence: {},
      duration_ms: 0,
      version: 1,
      ...results[check],
    }));
    const { outcome, finding } = decide(criteria, row!.sealed.manifest.finding, 'signed', checks);
    return {
      verdict_id: deriveId('verdict', captureId, String(row!.attempt)),
      mode: row!.mode,
      bounty_id: row!.bounty_id,
      capture_id: row!.id,
      capture_commitment: captureCommitment(row!.salt, row!.seal),
      criteria,
      criteria_hash: criteriaHash(criteria),
      declared: row!.sealed.manifest.finding,
      checks,
      checks_digest: checksDigest(checks),
      outcome,
      finding,
      tier: 'signed',
      c2pa: 'absent',
      basis: 'checks',
      decided_at: row!.submitted_at!,
    };
  }

  private async account() {
    return privateKeyToAccount(
      (await readFile(this.market.keyring.verdict_key_files.test, 'utf8')).trim() as `0x${string}`,
    );
  }

  private async deliver(unsigned: Unsigned): Promise<void> {
    const account = await this.account();
    const verdict = {
      ...unsigned,
      signer: account.address,
      signature: await account.signTypedData(verdictMessage(unsigned)),
    };
    await this.market.http.app.get(VerdictIntake).take({ verdict, perceptual_hash: null });
  }
}
