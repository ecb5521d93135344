import { Inject, Injectable } from '@nestjs/common';
import type { Capture, Id, Page } from '@groundtruth/sdk/protocol';
import { Clock, seconds } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import { BountiesRepository } from '../bounties/index.js';
import { asksRequester, CapturesRepository, captureView, viewerOf, type CaptureRow } from '../captures/index.js';
import { needsScope, type Principal } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork, type Command, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { VerdictsRepository, type NewDecision } from './verdicts.repository.js';

/** The reason of a capture, or a dispute, that nobody decided in time. */
export const UNDECIDED = 'undecided';
/** The reason of a capture that its requester did not answer for. */
export const UNANSWERED = 'unanswered';
/** The reason of a capture whose objection nobody decided in time. */
export const OBJECTION_VOID = 'objection_void';

/** Inconclusive captures wait here for their requester or the operator. What is decided is recorded; the verifier signs what follows from it. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly bounties: BountiesRepository,
    private readonly verdicts: VerdictsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** What waits for the caller: a requester's captures that silence would pay, or for the operator every capture in review. */
  async list(caller: Principal, query: QueryOf<'list_reviews'>): Promise<Page<Capture>> {
    const page = { after: readCursor(query.cursor), limit: query.limit + 1 };
    const operator = caller.role === 'operator';
    const rows = await this.unitOfWork.run((tx) =>
      operator
        ? this.captures.inReview(tx, { ...page, mode: caller.mode })
        : this.captures.inReviewBy(tx, caller.id, page),
    );
    const { data, ...rest } = pageOf(rows, query.limit, (row) => row.id);
    return { ...rest, data: data.map((row) => captureView(row, operator ? 'operator' : 'requester')) };
  }

  /**
   * Records an answer: a requester accepts or objects, while it is asked; the operator accepts or rejects at any time in review. Refusals
   * in this order: `not_found`, `forbidden`, `invalid_request`, `capture_state`.
   */
  async answer(command: Command, caller: Principal, id: string, body: BodyOf<'decide_review'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const row = found(await this.captures.lock(tx, id), id);
      const bounty = found(await this.bounties.get(tx, row.bounty_id), row.bounty_id);
      const viewer = found(viewerOf(caller, row, bounty.agent_id), id);
      if (viewer === 'contributor') throw new DomainError('forbidden', 'a contributor does not review its own capture');
      needsScope(caller, viewer === 'operator' ? 'admin' : 'spend');
      await (viewer === 'operator' ? this.byOperator(tx, caller, row, body) : this.byRequester(tx, caller, row, body));
      return captureView(found(await this.captures.get(tx, id), id), viewer);
    });
  }

  /** The deadline of a review has passed, and silence decides as its route says. A decision that came first stands. */
  async lapse(id: Id<'capture'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.captures.lock(tx, id);
      if (row?.state !== 'review' || row.review_until === null || row.review_until > this.clock.now()) return;
      await this.record(tx, { capture_id: id, finding: 'present', ...SILENCE[row.review_route ?? 'operator'] });
    });
  }

  private async byOperator(tx: Tx, caller: Principal, row: CaptureRow, body: BodyOf<'decide_review'>): Promise<void> {
    const { decision, finding, reason } = body;
    if (decision === 'object') throw refusal('decision', 'the operator accepts or rejects');
    if (reason === undefined) throw refusal('reason', 'say why: contributor and auditor read it');
    if (row.state !== 'review') throw notInReview(row);
    const by = { operator_id: caller.id, basis: 'review' as const };
    if (!(await this.record(tx, { capture_id: row.id, decision, finding, reason, ...by })))
      throw new DomainError('capture_state', `${row.id} has been decided already`);
  }

  private async byRequester(tx: Tx, caller: Principal, row: CaptureRow, body: BodyOf<'decide_review'>): Promise<void> {
    const { decision, reason_code } = body;
    if (decision === 'reject') throw refusal('decision', 'a requester accepts or objects');
    if (decision === 'object' && reason_code === undefined) throw refusal('reason_code', 'an objection has a reason');
    if (!asksRequester(row)) throw notInReview(row);
    if (decision === 'object') return this.object(tx, caller, row, reason_code!);
    const by = { agent_id: caller.id, basis: 'review' as const };
    if (
      !(await this.record(tx, {
        capture_id: row.id,
        decision,
        finding: 'present',
        reason: 'accepted_by_requester',
        ...by,
      }))
    )
      throw new DomainError('capture_state', `${row.id} has been decided already`);
  }

  /** The operator has as long again to decide; then the objection is void. */
  private async object(tx: Tx, caller: Principal, row: CaptureRow, reason_code: string): Promise<void> {
    const now = this.clock.now();
    if ((await this.verdicts.decision(tx, row.id)) !== null)
      throw new DomainError('capture_state', `${row.id} has been decided already`);
    await this.verdicts.recordObjection(tx, { capture_id: row.id, agent_id: caller.id, reason_code, at: now });
    await this.captures.reroute(tx, row.id, 'objected', now + seconds(this.config.REVIEW_S));
  }

  private async record(tx: Tx, decision: Omit<NewDecision, 'at'>): Promise<boolean> {
    const recorded = await this.verdicts.recordDecision(tx, { ...decision, at: this.clock.now() });
    if (recorded) await this.outbox.append(tx, { type: 'review.decided', capture_id: decision.capture_id });
    return recorded;
  }
}

/** What silence does to a capture in review, by who was asked. */
const SILENCE = {
  requester: { decision: 'accept', basis: 'silence', reason: UNANSWERED },
  operator: { decision: 'reject', basis: 'review', reason: UNDECIDED },
  objected: { decision: 'accept', basis: 'silence', reason: OBJECTION_VOID },
} as const;

const refusal = (param: string, detail: string): DomainError => new DomainError('invalid_request', detail, { param });

function notInReview({ id, state }: CaptureRow): DomainError {
  return new DomainError('capture_state', state === 'review' ? `${id} waits for the operator` : `${id} is ${state}`, {
    state,
  });
}
