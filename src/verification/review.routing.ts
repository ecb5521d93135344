import { Inject, Injectable } from '@nestjs/common';
import { reviewRoute, type Verdict } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { found } from '../kernel/problem.js';
import { BountyFunders, type BountyRow } from '../bounties/index.js';
import { CapturesRepository, type CaptureRow } from '../captures/index.js';
import { Clusters } from '../identity/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import type { Tx } from '../platform/database/index.js';

export interface ReviewStart {
  readonly review_route: 'requester' | 'operator';
  readonly review_until: Instant;
}

/** Decides who is asked about a capture first: the requester when silence may pay and there is a redacted picture, else the operator. */
@Injectable()
export class ReviewRouting {
  constructor(
    private readonly captures: CapturesRepository,
    private readonly clusters: Clusters,
    private readonly funders: BountyFunders,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Where the review of a capture begins, and its deadline. The redacted picture counts when it was named before, also in this transaction. */
  async start(tx: Tx, id: string, bounty: BountyRow, verdict: Verdict): Promise<ReviewStart> {
    const capture = found(await this.captures.get(tx, id), id);
    const shown = capture.derivative_key !== null && (await this.silenceMayPay(tx, capture, bounty, verdict));
    return {
      review_route: shown ? 'requester' : 'operator',
      review_until: this.clock.now() + seconds(this.config.REVIEW_S),
    };
  }

  private async silenceMayPay(tx: Tx, capture: CaptureRow, bounty: BountyRow, verdict: Verdict): Promise<boolean> {
    const { criteria, declared, checks } = verdict;
    const route = reviewRoute({ criteria, kind: bounty.kind, declared, checks, suspicious: false });
    if (route === 'operator') return false;
    const linked = (await this.funders.linkedTo(tx, bounty, capture.contributor_id)).length > 0;
    const persons = await this.clusters.persons(tx, capture.contributor_id);
    return !linked && !(await this.captures.haveLostSilence(tx, persons));
  }
}
