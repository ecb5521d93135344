import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { commit, decide, verdictJobSchema, type CheckName, type Verdict } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { Clock, seconds } from '../kernel/clock.js';
import { found } from '../kernel/problem.js';
import { BountiesRepository, termsFromRow } from '../bounties/index.js';
import { CapturesRepository, type CaptureRow } from '../captures/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { Sequencer, TransparencyLog } from '../transparency/index.js';
import { VerdictsRepository } from './verdicts.repository.js';
import { verdictProblem } from './verdict.rules.js';
import { VERDICT_SIGNERS, type VerdictSigners } from './verdict.signers.js';

const SALT_BYTES = 32;
const EVENT_OF = { accepted: 'accept', rejected: 'reject', review: 'review' } as const;

/** Takes verdicts from the queue: believes what verifies, and turns it into state, log leaf and events in one transaction. */
@Injectable()
export class VerdictIntake {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly verdicts: VerdictsRepository,
    private readonly log: TransparencyLog,
    private readonly sequencer: Sequencer,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(VERDICT_SIGNERS) private readonly signers: VerdictSigners,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Repeatable: a capture that is decided already is left as it is. @throws for a job that is no verdict, or one that may not be believed. */
  async take(payload: unknown): Promise<void> {
    const { verdict } = verdictJobSchema.parse(payload);
    const recorded = await this.unitOfWork.run(async (tx) => {
      const row = await this.captures.lock(tx, verdict.capture_id);
      if (!row || !awaits(row, verdict)) return false;
      await this.believe(tx, verdict, row);
      if (verdict.outcome === 'rejected' && isDuplicate(verdict) && (await this.verdicts.waitsForEarlier(tx, row.id)))
        return false;
      await this.record(tx, verdict, row);
      return true;
    });
    if (recorded) this.sequencer.kick(verdict.mode);
  }

  private async believe(tx: Tx, verdict: Verdict, row: CaptureRow): Promise<void> {
    const bounty = found(await this.bounties.get(tx, row.bounty_id), row.bounty_id);
    const { criteria } = termsFromRow(bounty);
    const subject = {
      mode: row.mode,
      bounty_id: row.bounty_id,
      capture_id: row.id,
      criteria,
      declared: row.sealed.manifest.finding,
      salt: row.salt,
      seal: row.seal,
    };
    const decision = await this.verdicts.decision(tx, row.id);
    const problem = await verdictProblem(verdict, subject, this.signers[row.mode], decision);
    assert(problem === null, `verdict ${verdict.verdict_id} is refused: ${problem}`);
  }

  private async record(tx: Tx, verdict: Verdict, row: CaptureRow): Promise<void> {
    const now = this.clock.now();
    const salt = randomBytes(SALT_BYTES).toString('hex');
    if (!(await this.verdicts.insert(tx, verdict, salt, now))) return;
    await this.log.append(tx, verdict.mode, {
      type: 'verdict',
      id: verdict.verdict_id,
      commitment: commit(verdict, salt),
    });
    await this.captures.advance(tx, row.id, EVENT_OF[verdict.outcome], now, await this.columns(tx, verdict, now));
    if (verdict.outcome === 'rejected') await this.bounties.freeSlot(tx, row.bounty_id);
    await this.outbox.append(tx, { type: `capture.${verdict.outcome}`, capture_id: row.id, bounty_id: row.bounty_id });
  }

  private async columns(tx: Tx, verdict: Verdict, now: number): Promise<Record<string, unknown>> {
    const failed = verdict.basis === 'checks' ? failedCheck(verdict) : null;
    return {
      verdict_id: verdict.verdict_id,
      finding: verdict.finding,
      tier: verdict.tier,
      failed_check: failed?.check ?? null,
      failed_stage: verdict.outcome === 'rejected' ? (failed?.stage ?? 'content') : null,
      reason: (await this.verdicts.decision(tx, verdict.capture_id))?.reason ?? null,
      review_until: verdict.outcome === 'review' ? new Date(now + seconds(this.config.REVIEW_S)) : null,
    };
  }
}

/** A verdict by checks is for a capture being verified; one by review for a capture in review. */
function awaits(row: CaptureRow, verdict: Verdict): boolean {
  return row.state === (verdict.basis === 'checks' ? 'verifying' : 'review');
}

function failedCheck(verdict: Verdict): { check: CheckName; stage: 'provenance' | 'content' } | null {
  const { failed_check, failed_stage } = decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks);
  return failed_check && failed_stage && { check: failed_check, stage: failed_stage };
}

function isDuplicate(verdict: Verdict): boolean {
  return failedCheck(verdict)?.check === 'duplicate';
}
