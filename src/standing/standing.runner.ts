import { Inject, Injectable } from '@nestjs/common';
import { toWireTime, type Id, type StandingSkipReason } from '@groundtruth/sdk/protocol';
import { BountiesService, type Posting } from '../bounties/index.js';
import { IdentityRepository, type Principal } from '../identity/index.js';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { deriveId } from '../kernel/ids.js';
import { DomainError } from '../kernel/problem.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { Outbox } from '../platform/outbox/index.js';
import { StandingBudget } from './standing.budget.js';
import { StandingEnding } from './standing.ending.js';
import type { Cause, StandingRow, StandingRunRow } from './standing.entity.js';
import { StandingRepository } from './standing.repository.js';
import { StandingRunsRepository } from './standing-runs.repository.js';
import { bountyAt, holdOfOne, newestDue, recurs, skipReasonOf, templateOf, triggerOf } from './standing.rules.js';

/** Runs in a row that policy may stop before it is over: what is refused thrice will be refused again. */
const REFUSALS_MAX = 3;

/**
 * Posts for standing bounties, each slot or observation once. The run's row and the bounty commit together, under the lock of the standing
 * bounty: whoever else tries the same finds the row, and after a crash there is neither.
 */
@Injectable()
export class StandingRunner {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly standing: StandingRepository,
    private readonly runs: StandingRunsRepository,
    private readonly budget: StandingBudget,
    private readonly ending: StandingEnding,
    private readonly bounties: BountiesService,
    private readonly identity: IdentityRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The newest slot that is due; those before it are noted as missed. Repeatable; does nothing too early. */
  async runDue(id: string): Promise<void> {
    const cause = await this.unitOfWork.run((tx) => this.dueSlot(tx, id));
    if (cause) await this.attempt(id, cause);
  }

  /** One slot or observation: a bounty, or why none. Repeatable: what has a run is left as it is. */
  async attempt(id: string, cause: Cause): Promise<void> {
    const caller = await this.unitOfWork.run((tx) => this.admitted(tx, id, cause));
    if (!caller) return;
    try {
      const row = (await this.unitOfWork.run((tx) => this.standing.get(tx, id)))!;
      const posting = await this.bounties.prepare(caller, bountyAt(templateOf(row), this.clock.now()));
      await this.unitOfWork.run((tx) => this.post(tx, id, cause, posting));
    } catch (error) {
      const reason = error instanceof DomainError ? skipReasonOf(error.code) : null;
      if (!reason) throw error;
      await this.unitOfWork.run((tx) => this.refused(tx, id, cause, reason));
    }
  }

  private async dueSlot(tx: Tx, id: string): Promise<Cause | null> {
    const row = await this.standing.lock(tx, id);
    const trigger = row && triggerOf(row);
    if (row?.state !== 'active' || !trigger || !recurs(trigger)) return null;
    const due = newestDue(row.next_due_at!, trigger.every_s, this.clock.now());
    if (!due) return null;
    if (due.missed > 0) {
      await this.note(tx, row, slotAt(row.next_due_at!), { reason: 'missed', slots: due.missed });
      await this.standing.ran(tx, id, { next_due_at: due.at, refusals: row.refusals });
    }
    return slotAt(due.at);
  }

  /** In whose name it is posted; null when there is nothing to post, and then that is on record. */
  private async admitted(tx: Tx, id: string, cause: Cause): Promise<Principal | null> {
    const row = await this.mayRun(tx, id, cause);
    if (!row) return null;
    const caller = await this.identity.principalOfKey(tx, row.key_id);
    if (!caller) await this.ending.end(tx, row, 'key_revoked');
    return caller;
  }

  private async post(tx: Tx, id: string, cause: Cause, posting: Posting): Promise<void> {
    const row = await this.mayRun(tx, id, cause);
    const caller = row && (await this.identity.principalOfKey(tx, row.key_id));
    if (!row || !caller) return; // A revoked key ends it at the next look.
    const bounty = await this.bounties.post(tx, caller, posting);
    await this.note(tx, row, cause, { bounty_id: bounty.id });
    await this.standing.ran(tx, id, { next_due_at: afterRun(row, cause), refusals: 0 });
  }

  private async refused(tx: Tx, id: string, cause: Cause, reason: StandingSkipReason): Promise<void> {
    const row = await this.mayRun(tx, id, cause);
    if (row) await this.skip(tx, row, cause, reason);
  }

  /** Locks it; null unless this may be posted for it now. What stands in the way for good is noted. */
  private async mayRun(tx: Tx, id: string, cause: Cause): Promise<StandingRow | null> {
    const row = await this.standing.lock(tx, id);
    if (row?.state !== 'active' || (await this.runs.exists(tx, id, cause.slot))) return null;
    const now = this.clock.now();
    if (row.ends_at !== null && row.ends_at <= now) {
      await this.ending.end(tx, row, 'ends_at');
      return null;
    }
    const reason = await this.obstacle(tx, row, now);
    if (reason) await this.skip(tx, row, cause, reason);
    return reason ? null : row;
  }

  /** The earlier in this order is the one that is told. */
  private async obstacle(tx: Tx, row: StandingRow, now: Instant): Promise<StandingSkipReason | null> {
    const trigger = triggerOf(row);
    if (!recurs(trigger)) {
      const recent = await this.runs.postedSince(tx, row.id, now - seconds(trigger.cooldown_s));
      if (recent.length > 0) return 'cooldown';
    }
    if ((await this.runs.open(tx, row.id)) >= row.max_open) return 'max_open';
    const hold = holdOfOne(templateOf(row), this.config.FEE_BPS);
    return (await this.budget.committed(tx, row.id, now)) + hold > row.budget_per_day ? 'budget' : null;
  }

  private async skip(tx: Tx, row: StandingRow, cause: Cause, reason: StandingSkipReason): Promise<void> {
    const refusals = reason === 'policy' ? row.refusals + 1 : 0;
    await this.note(tx, row, cause, { reason });
    await this.standing.ran(tx, row.id, { next_due_at: afterRun(row, cause), refusals });
    if (refusals >= REFUSALS_MAX) await this.ending.end(tx, row, 'policy');
  }

  /** The run's row and the event that tells of it. */
  private async note(
    tx: Tx,
    { id, mode, agent_id }: StandingRow,
    cause: Cause,
    became: { bounty_id: Id<'bounty'> } | { reason: StandingSkipReason; slots?: number },
  ): Promise<void> {
    const posted = 'bounty_id' in became;
    const run: StandingRunRow = {
      id: deriveId('standing_run', id, cause.slot),
      standing_id: id,
      ...cause,
      outcome: posted ? 'posted' : 'skipped',
      reason: posted ? null : became.reason,
      bounty_id: posted ? became.bounty_id : null,
      slots: posted ? 1 : (became.slots ?? 1),
      at: this.clock.now(),
    };
    await this.runs.insert(tx, run);
    const about = { standing_bounty_id: id, standing_run_id: run.id, mode, agent_id };
    if (posted) await this.outbox.append(tx, { type: 'standing.posted', ...about, bounty_id: became.bounty_id });
    else await this.outbox.append(tx, { type: 'standing.skipped', ...about, reason: became.reason });
  }
}

const slotAt = (at: Instant): Cause => ({ slot: toWireTime(at), due_at: at, observation_id: null });

/** When it is due next; null for one that observations set off. */
function afterRun(row: StandingRow, { due_at }: Cause): Instant | null {
  const trigger = triggerOf(row);
  return recurs(trigger) ? due_at + seconds(trigger.every_s) : null;
}
