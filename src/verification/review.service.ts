import { Injectable } from '@nestjs/common';
import type { Capture, Id, Page } from '@groundtruth/sdk/protocol';
import { Clock } from '../kernel/clock.js';
import { DomainError, found } from '../kernel/problem.js';
import { CapturesRepository, captureView } from '../captures/index.js';
import type { Principal } from '../identity/index.js';
import { UnitOfWork, type Command } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { BodyOf, QueryOf } from '../platform/http/serves.js';
import { Outbox } from '../platform/outbox/index.js';
import { VerdictsRepository } from './verdicts.repository.js';

/** The reason of a capture that nobody decided in time. */
export const UNDECIDED = 'undecided';

/** Inconclusive captures wait here for the operator. A decision is recorded; the verifier signs the verdict that follows from it. */
@Injectable()
export class ReviewService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly verdicts: VerdictsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async list(caller: Principal, query: QueryOf<'list_reviews'>): Promise<Page<Capture>> {
    const page = { mode: caller.mode, after: readCursor(query.cursor), limit: query.limit + 1 };
    const rows = await this.unitOfWork.run((tx) => this.captures.inReview(tx, page));
    const { data, ...rest } = pageOf(rows, query.limit, (row) => row.id);
    return { ...rest, data: data.map((row) => captureView(row, 'operator', null)) };
  }

  /** Records the operator's decision. Refuses with `capture_state` unless the capture is in review and undecided. */
  async decide(command: Command, caller: Principal, id: string, body: BodyOf<'decide_review'>) {
    return this.unitOfWork.once(command, async (tx) => {
      const row = await this.captures.lock(tx, id);
      const capture = found(row && row.mode === caller.mode ? row : null, id);
      if (capture.state !== 'review')
        throw new DomainError('capture_state', `${id} is ${capture.state}`, { state: capture.state });
      const decision = {
        capture_id: id,
        decision: body.decision,
        finding: body.finding,
        reason: body.reason,
        operator_id: caller.id,
        at: this.clock.now(),
      };
      if (!(await this.verdicts.recordDecision(tx, decision)))
        throw new DomainError('capture_state', `${id} has been decided already`);
      await this.outbox.append(tx, { type: 'review.decided', capture_id: id });
      return captureView(capture, 'operator', null);
    });
  }

  /** The deadline of a review has passed: it is rejected as undecided. A decision that came first stands. */
  async lapse(id: Id<'capture'>): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const row = await this.captures.lock(tx, id);
      if (row?.state !== 'review' || row.review_until === null || row.review_until > this.clock.now()) return;
      const decision = {
        capture_id: id,
        decision: 'reject' as const,
        finding: 'present',
        reason: UNDECIDED,
        operator_id: null,
        at: this.clock.now(),
      };
      if (await this.verdicts.recordDecision(tx, decision))
        await this.outbox.append(tx, { type: 'review.decided', capture_id: id });
    });
  }
}
