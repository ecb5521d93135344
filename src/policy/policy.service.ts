import { Injectable } from '@nestjs/common';
import { toWireTime, type Area, type Id } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError } from '../kernel/problem.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { judge } from './decide.js';
import { digestOf, isMoney } from './digests.js';
import { HoldsRepository, type OpenHold } from './holds/holds.repository.js';
import { FootprintsRepository } from './linkage/footprints.repository.js';
import { Pack } from './pack.js';
import { PolicyRepository } from './policy.repository.js';
import { PolicyWorld, type KnownFacts } from './policy.world.js';
import type { BountySubject, Hold, PolicyDecision, Stage, SubjectOf } from './stages.js';

interface Look {
  readonly decision: PolicyDecision;
  /** What an operator can answer of it; null when nothing is held, or nobody can. */
  readonly hold: OpenHold | null;
}

/** The gate through which every stage passes. Every decision it gives is stored with the version of the pack it was made by. */
@Injectable()
export class PolicyGate {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly decisions: PolicyRepository,
    private readonly holds: HoldsRepository,
    private readonly footprints: FootprintsRepository,
    private readonly world: PolicyWorld,
    private readonly pack: Pack,
    private readonly clock: Clock,
  ) {}

  /**
   * Passes, or throws. Opens a transaction of its own before the caller's, so that a refusal stays on record although it stops the caller.
   * May be repeated: each asking is a decision.
   * @throws {DomainError} `policy_refused`, with the limits of the rule where it has some, or, while an operator has to look, `policy_held`,
   * with `hold_id` and `deadline_at`; both with `rule`, `hint` and `pack_version`.
   */
  async check<S extends Stage>(stage: S, subject: SubjectOf[S], known: KnownFacts = {}): Promise<PolicyDecision> {
    const { decision, hold } = await this.unitOfWork.run((tx) => this.examine(tx, stage, subject, known));
    const { outcome, rule, hint, pack_version } = decision;
    if (outcome === 'refuse')
      throw new DomainError('policy_refused', hint, { rule, hint, pack_version, ...decision.limits });
    if (outcome === 'hold')
      throw new DomainError('policy_held', hint, { rule, hint, pack_version, ...(hold && waitFor(hold)) });
    return decision;
  }

  /** The decision as an answer, stored if the caller's transaction commits. Whoever asks must act on `refuse` and `hold`. */
  async look<S extends Stage>(
    tx: Tx,
    stage: S,
    subject: SubjectOf[S],
    known: KnownFacts = {},
  ): Promise<PolicyDecision> {
    return (await this.examine(tx, stage, subject, known)).decision;
  }

  /** A bounty that passed `check` at `publish` exists: from now on later ones of its requester are seen beside it. Repeatable. */
  async posted(tx: Tx, bountyId: string): Promise<void> {
    await this.footprints.posted(tx, bountyId);
  }

  /**
   * How long after it was accepted what a bounty found stays with those who paid for it, in seconds: 0 but in hazard classes where whoever
   * took it has to be gone before others learn where it was.
   */
  publishDelayS(subject: BountySubject): number {
    return this.world.publishDelayS(subject);
  }

  /** The kill switch: from the commit on, every stage that looks at a place refuses in this area. `reason` is for operators only. */
  async suspend(tx: Tx, area: Area, reason: string, operator: string): Promise<Id<'suspended_area'>> {
    const id = mintId('suspended_area');
    const suspended_at = this.clock.now();
    await this.decisions.insertSuspension(tx, { id, area, reason, suspended_by: operator, suspended_at });
    return id;
  }

  /** Switches an area on again. Repeatable. @throws {DomainError} `not_found`. */
  async lift(tx: Tx, id: string): Promise<void> {
    const exists = await this.decisions.lift(tx, id, this.clock.now());
    if (!exists) throw new DomainError('not_found', `${id} is no suspended area`);
  }

  private async examine<S extends Stage>(tx: Tx, stage: S, subject: SubjectOf[S], known: KnownFacts): Promise<Look> {
    const facts = await this.world.facts(tx, stage, subject, known);
    const { decision, holds } = judge(stage, subject, facts, this.pack);
    if (stage === 'publish' && decision.outcome === 'allow' && !isMoney(subject))
      await this.world.remember(tx, subject, facts);
    const opened = stage === 'quote' ? [] : await this.open(tx, stage, subject, holds, facts.now);
    const hold = opened.find(({ rule }) => rule === decision.rule) ?? null;
    await this.decisions.insertDecision(tx, {
      stage,
      mode: subject.mode,
      subject_id: subject.id,
      subject_sha256: digestOf(subject),
      decision,
      decided_at: facts.now,
      hold_until: hold ? hold.deadline_at : holdUntil(decision, facts.now),
      places_version: isMoney(subject) ? null : facts.places.version,
      sanctions_as_of: isMoney(subject) ? (facts.sanctions?.as_of ?? null) : null,
    });
    return { decision, hold };
  }

  /** Puts before operators what they can answer; what waits already keeps its deadline. */
  private async open<S extends Stage>(
    tx: Tx,
    stage: S,
    subject: SubjectOf[S],
    holds: readonly Hold[],
    now: Instant,
  ): Promise<OpenHold[]> {
    const opened: (OpenHold | null)[] = [];
    for (const hold of holds.filter(({ is_reviewable }) => is_reviewable !== false))
      opened.push(await this.holds.open(tx, { stage, subject, hold, pack_version: this.pack.version, now }));
    return opened.filter((hold) => hold !== null);
  }
}

const waitFor = ({ id, deadline_at }: OpenHold) => ({
  hold_id: id,
  deadline_at: deadline_at === null ? null : toWireTime(deadline_at),
});

function holdUntil(decision: PolicyDecision, now: Instant): Instant | null {
  if (decision.outcome !== 'hold' || decision.deadline_s === null) return null;
  return now + seconds(decision.deadline_s);
}
