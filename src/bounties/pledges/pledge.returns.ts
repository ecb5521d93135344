import { Injectable } from '@nestjs/common';
import { Clock } from '../../kernel/clock.js';
import { assert } from '../../kernel/assert.js';
import { Rail } from '../../payments/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { BountyRow } from '../bounty.entity.js';
import { heldBounty } from '../bounty.funding.js';
import { returnedOf } from './gathering.rules.js';
import { PledgesRepository } from './pledges.repository.js';

/** What a bounty still holds at its end goes back to its funders, by what each gave. Its caller has locked the bounty. */
@Injectable()
export class PledgeReturns {
  constructor(
    private readonly rail: Rail,
    private readonly pledges: PledgesRepository,
    private readonly clock: Clock,
  ) {}

  /** Of a draft that will never open: whatever was pledged, in full. */
  async ofDraft(tx: Tx, bounty: BountyRow): Promise<void> {
    await this.rail.abandon(tx, heldBounty(bounty));
    if ((await this.pledges.held(tx, bounty.id)).length > 0) await this.rest(tx, bounty);
  }

  /** Of a bounty that closes. */
  async rest(tx: Tx, bounty: BountyRow): Promise<void> {
    const returned = await this.rail.refundRest(tx, heldBounty(bounty));
    const pledges = await this.pledges.held(tx, bounty.id);
    for (const agent of new Set(pledges.map(({ agent_id }) => agent_id))) {
      const total = returned.find(({ agent_id }) => agent_id === agent)?.amount ?? 0n;
      const own = pledges.filter(({ agent_id }) => agent_id === agent);
      for (const part of returnedOf(total, own)) await this.end(tx, part);
    }
  }

  private async end(tx: Tx, { pledge, returned }: ReturnType<typeof returnedOf>[number]): Promise<void> {
    const event = returned === pledge.amount ? 'return' : 'spend';
    assert(await this.pledges.advance(tx, pledge.id, event, this.clock.now(), returned), `${pledge.id} is not held`);
  }
}
