import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import { Clusters } from '../../identity/index.js';
import { Rail, type Share } from '../../payments/index.js';
import type { Tx } from '../../platform/database/index.js';
import type { BountyRow } from '../bounty.entity.js';
import { heldBounty } from '../bounty.funding.js';

/** Who is behind a bounty: its requester, and whoever paid for it. The ledger says who that is, for every bounty alike. */
@Injectable()
export class BountyFunders {
  constructor(
    private readonly rail: Rail,
    private readonly clusters: Clusters,
  ) {}

  /** Each with what it gave, in micros; the requester first, with 0n when it gave nothing. */
  async shares(tx: Tx, bounty: BountyRow): Promise<Share[]> {
    const given = await this.rail.funders(tx, heldBounty(bounty));
    const own = given.find(({ agent_id }) => agent_id === bounty.agent_id);
    const others = given.filter(({ agent_id }) => agent_id !== bounty.agent_id);
    return [own ?? { agent_id: bounty.agent_id, amount: 0n }, ...others];
  }

  /** The requester first. */
  async ids(tx: Tx, bounty: BountyRow): Promise<Id<'agent'>[]> {
    return (await this.shares(tx, bounty)).map(({ agent_id }) => agent_id as Id<'agent'>);
  }

  /** Whether somebody else's money is in it. */
  async areSeveral(tx: Tx, bounty: BountyRow): Promise<boolean> {
    return (await this.ids(tx, bounty)).length > 1;
  }

  /** Those of them who look like one with a contributor: then its capture is paid, and no more. */
  async linkedTo(tx: Tx, bounty: BountyRow, contributorId: string): Promise<Id<'agent'>[]> {
    const ids = await this.ids(tx, bounty);
    const clusters = await this.clusters.clusterOf(tx, [contributorId, ...ids]);
    return ids.filter((id) => clusters.get(id) === clusters.get(contributorId));
  }
}
