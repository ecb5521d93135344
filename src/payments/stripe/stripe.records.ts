import { Inject, Injectable } from '@nestjs/common';
import { Clock, seconds } from '../../kernel/clock.js';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { UnitOfWork } from '../../platform/database/index.js';
import { ExtOpsRepository } from './ext-ops.repository.js';
import { InboxRepository } from './inbox.repository.js';

const FORGOTTEN_MAX = 1_000;

/**
 * Records of events and effects that ended long ago. Stripe neither lists nor repeats an event that old; should one come all the same, its
 * object is asked for, and what it tells is known. That an effect was asked for stands in the row of its cause, which stays.
 */
@Injectable()
export class StripeRecords {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly events: InboxRepository,
    private readonly effects: ExtOpsRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Forgets the oldest, at most a thousand of each; what waits or is under way never. Answers how many. Any number of processes may. */
  async forget(): Promise<number> {
    const before = this.clock.now() - seconds(this.config.STRIPE_RECORDS_RETENTION_S);
    const events = await this.unitOfWork.run((tx) => this.events.forget(tx, before, FORGOTTEN_MAX));
    return events + (await this.unitOfWork.run((tx) => this.effects.forget(tx, before, FORGOTTEN_MAX)));
  }
}
