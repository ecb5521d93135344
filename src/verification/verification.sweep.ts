import { Inject, Injectable } from '@nestjs/common';
import { Clock, seconds } from '../kernel/clock.js';
import { CapturesRepository } from '../captures/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { UnitOfWork } from '../platform/database/index.js';
import { DispatchService } from './dispatch.service.js';
import { DisputeDecisions } from './dispute.decisions.js';
import { DisputesRepository } from './disputes.repository.js';
import { ReviewService } from './review.service.js';
import { VerdictsRepository } from './verdicts.repository.js';

const BATCH = 100;

/** Hands over again what was lost on the way, and ends reviews and disputes nobody decided. */
@Injectable()
export class VerificationSweep {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly captures: CapturesRepository,
    private readonly verdicts: VerdictsRepository,
    private readonly dispatcher: DispatchService,
    private readonly reviews: ReviewService,
    private readonly disputes: DisputesRepository,
    private readonly decisions: DisputeDecisions,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async pass(): Promise<void> {
    const now = this.clock.now();
    const overdue = now - seconds(this.config.VERIFICATION_TIMEOUT_S);
    const lost = await this.unitOfWork.run(async (tx) => [
      ...(await this.captures.overdue(tx, overdue, BATCH)),
      ...(await this.verdicts.decidedUnsigned(tx, overdue, BATCH)),
    ]);
    for (const id of lost) await this.dispatcher.dispatch(id);
    for (const id of await this.unitOfWork.run((tx) => this.captures.reviewsDue(tx, now, BATCH)))
      await this.reviews.lapse(id);
    for (const id of await this.unitOfWork.run((tx) => this.disputes.due(tx, now, BATCH)))
      await this.decisions.lapse(id);
  }
}
