import { Injectable } from '@nestjs/common';
import { canonicalJson, sha256, utf8, type Area, type Id } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { DomainError } from '../kernel/problem.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { decide } from './decide.js';
import { Pack } from './pack.js';
import { PolicyRepository } from './policy.repository.js';
import type { PolicyDecision, PolicyFacts, Stage, SubjectOf } from './stages.js';

/** Facts that the caller knows better; the rest is looked up. */
export type KnownFacts = Partial<Pick<PolicyFacts, 'suspended' | 'sanctions'>>;

/** The gate through which every stage passes. Every decision it gives is stored with the version of the pack it was made by. */
@Injectable()
export class PolicyGate {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly decisions: PolicyRepository,
    private readonly pack: Pack,
    private readonly clock: Clock,
  ) {}

  /**
   * Passes, or throws. Opens a transaction of its own before the caller's, so that a refusal stays on record although it stops the caller.
   * May be repeated: each asking is a decision.
   * @throws {DomainError} `policy_refused` or, while an operator has to look, `policy_held`; with `rule`, `hint` and `pack_version`.
   */
  async check<S extends Stage>(stage: S, subject: SubjectOf[S], known: KnownFacts = {}): Promise<PolicyDecision> {
    const decision = await this.unitOfWork.run((tx) => this.look(tx, stage, subject, known));
    const { outcome, rule, hint, pack_version } = decision;
    if (outcome === 'refuse') throw new DomainError('policy_refused', hint, { rule, hint, pack_version });
    if (outcome === 'hold') throw new DomainError('policy_held', hint, { rule, hint, pack_version });
    return decision;
  }

  /** The decision as an answer, stored if the caller's transaction commits. Whoever asks must act on `refuse` and `hold`. */
  async look<S extends Stage>(
    tx: Tx,
    stage: S,
    subject: SubjectOf[S],
    known: KnownFacts = {},
  ): Promise<PolicyDecision> {
    const now = this.clock.now();
    const suspended = known.suspended ?? (await this.decisions.suspendedAreas(tx));
    const decision = decide(stage, subject, { now, suspended, sanctions: known.sanctions ?? null }, this.pack);
    await this.decisions.insertDecision(tx, {
      stage,
      mode: subject.mode,
      subject_id: subject.id,
      subject_sha256: digestOf(subject),
      decision,
      decided_at: now,
      hold_until: holdUntil(decision, now),
    });
    return decision;
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
}

/** SHA-256 of the subject's canonical JSON, amounts as text: whoever has the subject can show that this is what was judged. */
export function digestOf(subject: SubjectOf[Stage]): Uint8Array {
  const plain = JSON.stringify(subject, (_, value) => (typeof value === 'bigint' ? String(value) : value));
  return sha256(utf8(canonicalJson(JSON.parse(plain))));
}

function holdUntil(decision: PolicyDecision, now: Instant): Instant | null {
  if (decision.outcome !== 'hold' || decision.deadline_s === null) return null;
  return now + seconds(decision.deadline_s);
}
