import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { commit, decide, verdictJobSchema, type CheckName, type Verdict } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { Clock, seconds } from '../kernel/clock.js';
import { found } from '../kernel/problem.js';
import { BountiesRepository, termsFromRow, type BountyRow } from '../bounties/index.js';
import { CapturesRepository, DerivativesService, type CaptureEvent, type CaptureRow } from '../captures/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { Sequencer, TransparencyLog } from '../transparency/index.js';
import { ReviewRouting } from './review.routing.js';
import { VerdictsRepository, type RecordedDecision } from './verdicts.repository.js';
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
    private readonly derivatives: DerivativesService,
    private readonly routing: ReviewRouting,
    private readonly log: TransparencyLog,
    private readonly sequencer: Sequencer,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(VERDICT_SIGNERS) private readonly signers: VerdictSigners,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Repeatable: a capture that is decided already is left as it is. @throws for a job that is no verdict, or one that may not be believed. */
  async take(payload: unknown): Promise<void> {
    const { verdict, derivative } = verdictJobSchema.parse(payload);
    if (!(await this.unitOfWork.run((tx) => this.isAwaited(tx, verdict)))) return;
    await this.derivatives.confirm(verdict.capture_id, derivative);
    const recorded = await this.unitOfWork.run(async (tx) => {
      const row = await this.captures.lock(tx, verdict.capture_id);
      if (!row || !awaits(row, verdict)) return false;
      const known = await this.believe(tx, verdict, row);
      if (verdict.outcome === 'rejected' && isDuplicate(verdict) && (await this.verdicts.waitsForEarlier(tx, row.id)))
        return false;
      // Before the state: whether the requester is asked depends on whether there is something to show.
      if (verdict.outcome !== 'rejected') await this.derivatives.record(tx, row.id, derivative);
      await this.record(tx, verdict, row, known);
      return true;
    });
    if (recorded) this.sequencer.kick(verdict.mode);
  }

  private async isAwaited(tx: Tx, verdict: Verdict): Promise<boolean> {
    const row = await this.captures.get(tx, verdict.capture_id);
    return row !== null && awaits(row, verdict);
  }

  private async believe(tx: Tx, verdict: Verdict, row: CaptureRow): Promise<Known> {
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
    const recorded = await this.verdicts.decision(tx, row.id);
    const problem = await verdictProblem(verdict, subject, this.signers[row.mode], recorded);
    assert(problem === null, `verdict ${verdict.verdict_id} is refused: ${problem}`);
    return { bounty, recorded };
  }

  private async record(tx: Tx, verdict: Verdict, row: CaptureRow, known: Known): Promise<void> {
    const now = this.clock.now();
    const salt = randomBytes(SALT_BYTES).toString('hex');
    if (!(await this.verdicts.insert(tx, verdict, salt, now))) return;
    await this.log.append(tx, verdict.mode, {
      type: 'verdict',
      id: verdict.verdict_id,
      commitment: commit(verdict, salt),
    });
    const disputable_until = now + seconds(this.config.APPEAL_WINDOW_S);
    const set = { ...(await this.columns(tx, verdict, row, known)), disputable_until: new Date(disputable_until) };
    await this.captures.advance(tx, row.id, eventOf(verdict), now, set);
    if (verdict.outcome === 'rejected')
      await this.bounties.rejectSlot(tx, row.bounty_id, this.clock.now(), disputable_until);
    await this.outbox.append(tx, { type: `capture.${verdict.outcome}`, capture_id: row.id, bounty_id: row.bounty_id });
  }

  private async columns(tx: Tx, verdict: Verdict, row: CaptureRow, { bounty, recorded }: Known) {
    const failed = verdict.basis === 'checks' ? failedCheck(verdict) : null;
    const review = verdict.outcome === 'review' ? await this.routing.start(tx, row.id, bounty, verdict) : null;
    return {
      verdict_id: verdict.verdict_id,
      finding: verdict.finding,
      tier: verdict.tier,
      failed_check: failed?.check ?? null,
      failed_stage: verdict.outcome === 'rejected' ? (failed?.stage ?? 'content') : null,
      reason: recorded?.reason ?? null,
      review_until: review && new Date(review.review_until),
      ...(review ? { review_route: review.review_route } : {}),
    };
  }
}

/** What believing a verdict has read. */
interface Known {
  readonly bounty: BountyRow;
  readonly recorded: RecordedDecision | null;
}

/** The state in which a capture waits for a verdict on each basis. */
const AWAITED_IN = { checks: 'verifying', review: 'review', silence: 'review', appeal: 'rejected' } as const;

function awaits(row: CaptureRow, verdict: Verdict): boolean {
  return row.state === AWAITED_IN[verdict.basis];
}

/** An appeal is the only way from a rejection to acceptance, so it has an event of its own. */
function eventOf({ basis, outcome }: Verdict): CaptureEvent {
  return basis === 'appeal' ? 'uphold' : EVENT_OF[outcome];
}

function failedCheck(verdict: Verdict): { check: CheckName; stage: 'provenance' | 'content' } | null {
  const { failed_check, failed_stage } = decide(verdict.criteria, verdict.declared, verdict.tier, verdict.checks);
  return failed_check && failed_stage && { check: failed_check, stage: failed_stage };
}

function isDuplicate(verdict: Verdict): boolean {
  return failedCheck(verdict)?.check === 'duplicate';
}
