import { Inject, Injectable } from '@nestjs/common';
import { awardHash, awardTree, formatAmount, toWireTime, type Award, type PayoutRoot } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { found } from '../../../../kernel/problem.js';
import type { Principal } from '../../../../identity/index.js';
import { UnitOfWork, type Tx } from '../../../../platform/database/index.js';
import type { QueryOf } from '../../../../platform/http/serves.js';
import { ESCROW_CHAINS, type EscrowChains } from '../escrow.chain.js';
import type { DistributorKey } from './award.entity.js';
import { AwardsRepository } from './awards.repository.js';
import { RootsRepository } from './roots.repository.js';

/** Awards as their contributors see them, and roots as everybody does. */
@Injectable()
export class AwardsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly awards: AwardsRepository,
    private readonly roots: RootsRepository,
    @Inject(ESCROW_CHAINS) private readonly chains: EscrowChains,
  ) {}

  /** Each wallet in which the caller has awards, by the newest root that names it. Empty until a root does. */
  async list(caller: Principal): Promise<{ data: Award[] }> {
    return this.unitOfWork.run(async (tx) => {
      const data: Award[] = [];
      for (const at of await this.awards.accountsOf(tx, caller.id)) {
        const award = await this.award(tx, at, at.account);
        if (award) data.push(award);
      }
      return { data };
    });
  }

  /** @throws {DomainError} `not_found` for an epoch that was never proposed, or whose leaves are not ours. */
  async root(id: string, { mode }: QueryOf<'get_payout_root'>): Promise<PayoutRoot> {
    const chain = found(this.chains[mode], id).view;
    const epoch = /^[1-9][0-9]{0,8}$/.test(id) ? Number(id) : 0;
    return this.unitOfWork.run(async (tx) => {
      const rows = await this.roots.ofEpoch(tx, chain, epoch);
      const row = found(rows.find(({ state }) => state === 'proposed' || state === 'vetoed') ?? null, id);
      const leaves = await this.roots.leaves(tx, row.id);
      const { root, total } = row;
      return { chain: row.chain, epoch, root, total: formatAmount(total), leaves: leaves.map(awardHash) };
    });
  }

  private async award(tx: Tx, key: DistributorKey, account: Hex): Promise<Award | null> {
    const row = await this.roots.standing(tx, key, null);
    const leaves = row ? await this.roots.leaves(tx, row.id) : [];
    const index = leaves.findIndex((leaf) => leaf.account === account);
    if (!row || index === -1) return null;
    const { cumulative, salt } = leaves[index]!;
    return {
      chain: row.chain,
      account,
      epoch: row.epoch,
      root: row.root,
      cumulative: formatAmount(cumulative),
      claimed: formatAmount(await this.awards.claimed(tx, key, account)),
      salt,
      proof: awardTree(leaves).proofOf(index),
      active_at: row.active_at === null ? null : toWireTime(row.active_at),
    };
  }
}
