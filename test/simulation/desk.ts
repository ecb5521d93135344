import { readFile } from 'node:fs/promises';
import { privateKeyToAccount } from 'viem/accounts';
import {
  captureCommitment,
  checksDigest,
  criteriaHash,
  decide,
  requiredChecks,
  verdictMessage,
  type CheckResult,
  type CheckStatus,
  type Verdict,
} from '@groundtruth/sdk/protocol';
import { BountiesRepository, termsFromRow } from '../../src/bounties/index.js';
import { CapturesRepository } from '../../src/captures/index.js';
import { deriveId } from '../../src/kernel/ids.js';
import { UnitOfWork } from '../../src/platform/database/index.js';
import { VerdictsRepository } from '../../src/verification/index.js';
import { VerdictIntake } from '../../src/verification/verdict.intake.js';
import type { TestMarket } from '../support/market.js';

type Unsigned = Omit<Verdict, 'signature' | 'signer'>;

/**
 * The verifier's place in a simulation: it looks at no picture, says what the seed tells it to, and signs with the real verdict key. Its
 * verdicts enter where the queue would deliver them.
 */
export class Desk {
  constructor(private readonly market: TestMarket) {}

  /** Judges one submitted capture: `objects` gets this status, every other required check passes. */
  async judge(captureId: string, status: CheckStatus): Promise<void> {
    await this.deliver(await this.verdictOf(captureId, status));
  }

  /** Signs what the deadline of a review decided: rejected. */
  async conclude(captureId: string): Promise<void> {
    const { app } = this.market.http;
    const decided = await app.get(UnitOfWork).run((tx) => app.get(VerdictsRepository).decision(tx, captureId));
    if (!decided) return;
    const doubted = await this.verdictOf(captureId, 'inconclusive');
    const verdict_id = deriveId('verdict', captureId, 'review');
    await this.deliver({ ...doubted, verdict_id, outcome: 'rejected', finding: null, basis: 'review' });
  }

  private async verdictOf(captureId: string, status: CheckStatus): Promise<Unsigned> {
    const { app } = this.market.http;
    const row = await app.get(UnitOfWork).run((tx) => app.get(CapturesRepository).get(tx, captureId));
    const bounty = await app.get(UnitOfWork).run((tx) => app.get(BountiesRepository).get(tx, row!.bounty_id));
    const { criteria } = termsFromRow(bounty!);
    const checks: CheckResult[] = requiredChecks(criteria).map((check) => ({
      check,
      status: check === 'objects' ? status : 'pass',
      evidence: {},
      duration_ms: 0,
      version: 1,
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

  private async deliver(unsigned: Unsigned): Promise<void> {
    const key = (await readFile(this.market.keyring.verdict_key_files.test, 'utf8')).trim() as `0x${string}`;
    const account = privateKeyToAccount(key);
    const verdict = {
      ...unsigned,
      signer: account.address,
      signature: await account.signTypedData(verdictMessage(unsigned)),
    };
    await this.market.http.app.get(VerdictIntake).take({ verdict, perceptual_hash: null });
  }
}
