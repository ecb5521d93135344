import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../platform/database/index.js';
import { Waits } from '../platform/http/index.js';
import type { QueryOf } from '../platform/http/serves.js';
import { BountiesRepository } from './bounties.repository.js';

/** Waits in place of a caller that would look again and again. */
@Injectable()
export class BountyWait {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly waits: Waits,
  ) {}

  /** Resolves once the bounty is where the caller wants it, or has closed; or when the wait is over (`Waits`). Without `until`: in another state than `from`. */
  async changed(id: string, from: string, { wait_s, until }: QueryOf<'get_bounty'>, gone: AbortSignal): Promise<void> {
    await this.waits.until({ wait_s, gone }, async () => {
      const state = (await this.unitOfWork.run((tx) => this.bounties.get(tx, id)))?.state ?? 'closed';
      return state === 'closed' || (until ? until.includes(state) : state !== from);
    });
  }
}
