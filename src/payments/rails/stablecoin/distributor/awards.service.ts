import { Inject, Injectable } from '@nestjs/common';
import {
  awardHash,
  awardTree,
  formatAmount,
  toWireTime,
  type Award,
  type KeccakTree,
  type PayoutRoot,
} from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { found } from '../../../../kernel/problem.js';
import type { Principal } from '../../../../identity/index.js';
import { UnitOfWork, type Tx } from '../../../../platform/database/index.js';
import type { QueryOf } from '../../../../platform/http/serves.js';
import { ESCROW_CHAINS, type EscrowChains } from '../escrow.chain.js';
import type { Leaf, RootRow } from './award.entity.js';
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

  /**
   * Each wallet in which the caller has awards, by the root that is active and by the one that follows, oldest first. Empty until a root names one.
   * While the chain cannot be asked what time it has, an award of the root before may be among them.
   */
  async list(caller: Principal): Promise<{ data: Award[] }> {
    const now = (await this.chains[caller.mode]?.now().catch(() => null)) ?? null;
    return this.unitOfWork.run(async (tx) => {
      const trees = new Map<string, Tree>();
      const data: Award[] = [];
      for (const at of await this.awards.accountsOf(tx, caller.id)) {
        const claimed = await this.awards.claimed(tx, at, at.account);
        for (const root of await this.roots.naming(tx, at, at.account, now)) {
          const tree = trees.get(root.id) ?? (await this.treeOf(tx, root));
          trees.set(root.id, tree);
          data.push(award(root, tree, at.account, claimed));
        }
      }
      return { data };
    });
  }

  /** @throws {DomainError} `not_found` for an epoch that was never proposed, or whose leaves are not ours. */
  async root(id: string, { mode }: QueryOf<'get_payout_root'>): Promise<PayoutRoot> {
    const chain = found(this.chains[mode], id).view;
    const epoch = /^[1-9][0-9]{0,8}$/.test(id) ? Number(id) : 0;
    return this.unitOfWork.run(async (tx) => {
      const row = found(await this.roots.shown(tx, chain, epoch), id);
      const leaves = await this.roots.leaves(tx, row.id);
      const { root, total } = found(leaves.length > 0 ? row : null, id);
      return { chain: row.chain, epoch, root, total: formatAmount(total), leaves: leaves.map(awardHash) };
    });
  }

  private async treeOf(tx: Tx, { id }: RootRow): Promise<Tree> {
    const leaves = await this.roots.leaves(tx, id);
    return { leaves, tree: awardTree(leaves), places: new Map(leaves.map(({ account }, place) => [account, place])) };
  }
}

interface Tree {
  readonly leaves: readonly Leaf[];
  readonly tree: KeccakTree;
  readonly places: ReadonlyMap<Hex, number>;
}

function award(row: RootRow, { leaves, tree, places }: Tree, account: Hex, claimed: bigint): Award {
  const place = places.get(account)!;
  const { cumulative, salt } = leaves[place]!;
  return {
    chain: row.chain,
    account,
    epoch: row.epoch,
    root: row.root,
    cumulative: formatAmount(cumulative),
    claimed: formatAmount(claimed),
    salt,
    proof: tree.proofOf(place),
    active_at: row.active_at === null ? null : toWireTime(row.active_at),
  };
}
