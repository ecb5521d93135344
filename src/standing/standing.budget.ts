import { Injectable } from '@nestjs/common';
import { seconds, type Instant } from '../kernel/clock.js';
import { outlayOf } from '../payments/index.js';
import type { Tx } from '../platform/database/index.js';
import { StandingRunsRepository } from './standing-runs.repository.js';

/** The same rolling window as the spend caps of keys: no hour at which two days' budgets can be spent at once. */
const DAY_S = 86_400;

/** What the bounties of a standing bounty hold or have spent, counted from when they were posted. */
@Injectable()
export class StandingBudget {
  constructor(private readonly runs: StandingRunsRepository) {}

  /** Micros: of bounties posted in the last 24 hours, what they were given less what came back. A raise by hand counts. */
  async committed(tx: Tx, id: string, now: Instant): Promise<bigint> {
    return outlayOf(tx, await this.runs.postedSince(tx, id, now - seconds(DAY_S)));
  }
}
