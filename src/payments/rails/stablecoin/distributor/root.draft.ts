import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { awardTree, type Chain } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import { Clock, seconds, type Instant } from '../../../../kernel/clock.js';
import { mintId } from '../../../../kernel/ids.js';
import { CONFIG, type Config } from '../../../../platform/config/index.js';
import type { Tx } from '../../../../platform/database/index.js';
import { PolicyGate } from '../../../../policy/index.js';
import type { DistributorKey, Leaf, RootRow, Standing } from './award.entity.js';
import { AwardsRepository } from './awards.repository.js';
import { RootsRepository } from './roots.repository.js';

/** A draft that nobody signs in this time rests on something that is no longer so. */
const UNSIGNED_MAX_S = 600;

/** Makes the next root of a Distributor when somebody has been awarded something since the last. */
@Injectable()
export class RootDraft {
  /** Sums that policy did not let rise, and when it was asked: every asking is a decision on record, and there are many passes. */
  private readonly withheld = new Map<string, { readonly cumulative: bigint; readonly asked_at: Instant }>();

  constructor(
    private readonly awards: AwardsRepository,
    private readonly roots: RootsRepository,
    private readonly policy: PolicyGate,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The draft that waits, or a new one, or null while nothing is due. `chain_now`: the chain's clock, by which a root becomes active. */
  async next(tx: Tx, chain: Chain, chain_now: Instant): Promise<RootRow | null> {
    const key = { mode: chain.mode, distributor: chain.distributor };
    const now = this.clock.now();
    const last = await this.roots.standing(tx, key, null);
    const before = last ? await this.roots.leaves(tx, last.id) : [];
    const standings = await this.awards.standings(tx, key);
    const waiting = await this.roots.drafted(tx, key);
    const epoch = (await this.roots.lastEpoch(tx, key)) + 1;
    const isNext = waiting?.epoch === epoch && !isStale(waiting, now);
    if (waiting && isNext && (await this.rests(tx, waiting, before, standings))) return waiting;
    if (waiting) await this.roots.advance(tx, waiting.id, 'discard', now);
    if (last && (last.active_at! > chain_now || last.created_at + seconds(this.config.CHAIN_ROOT_INTERVAL_S) > now))
      return null;
    const leaves = await this.leavesAfter(tx, key, before, standings);
    if (!leaves) return null;
    const total = leaves.reduce((sum, { cumulative }) => sum + cumulative, 0n);
    const id = mintId('payout_root');
    const { root } = awardTree(leaves);
    await this.roots.insert(tx, { id, mode: chain.mode, chain, epoch, root, total, created_at: now }, leaves);
    return this.roots.drafted(tx, key);
  }

  /** Whether the chain still shows what a draft rests on, and it still follows the last root: blocks may have been given up since. */
  private async rests(
    tx: Tx,
    draft: RootRow,
    before: readonly Leaf[],
    standings: readonly Standing[],
  ): Promise<boolean> {
    const most = new Map(before.map(({ account, cumulative }) => [account, cumulative]));
    const drafted = await this.roots.leaves(tx, draft.id);
    const awarded = new Map(drafted.map(({ account, cumulative }) => [account, cumulative]));
    if (before.some(({ account, cumulative }) => (awarded.get(account) ?? 0n) < cumulative)) return false;
    for (const { account, cumulative } of standings)
      if (cumulative > (most.get(account) ?? 0n)) most.set(account, cumulative);
    return drafted.every(({ account, cumulative }) => cumulative <= (most.get(account) ?? 0n));
  }

  /**
   * Nobody's leaf falls. One that would rise, and policy does not let, stays as it was. Null when none rises. Those that rise come first, to be
   * claimed together; else their order is that of their salts, for a place that lasts would tell in which epoch an account came.
   */
  private async leavesAfter(tx: Tx, key: DistributorKey, before: readonly Leaf[], standings: readonly Standing[]) {
    const given = new Map(before.map(({ account, cumulative }) => [account, cumulative]));
    const risen: Leaf[] = [];
    for (const standing of standings) {
      const { account, cumulative } = standing;
      if (cumulative <= (given.get(account) ?? 0n) || !(await this.mayRise(tx, key, standing))) continue;
      given.delete(account);
      risen.push({ account, cumulative, salt: salt() });
    }
    const others = [...given].map(([account, cumulative]): Leaf => ({ account, cumulative, salt: salt() }));
    return risen.length > 0 ? [...risen.sort(bySalt), ...others.sort(bySalt)] : null;
  }

  /** Whether policy lets all whose wallet it is be paid. A sum that it withheld is asked about again when it has grown, or after some time. */
  private async mayRise(tx: Tx, { mode, distributor }: DistributorKey, standing: Standing): Promise<boolean> {
    const { account, cumulative, contributor_ids } = standing;
    const name = `${mode} ${distributor} ${account}`;
    const [now, before] = [this.clock.now(), this.withheld.get(name)];
    if (before?.cumulative === cumulative && now < before.asked_at + seconds(this.config.CHAIN_ROOT_INTERVAL_S))
      return false;
    const parties = contributor_ids.map((id) => ({ id, wallet: account }));
    const { outcome } = await this.policy.look(tx, 'payout', { id: contributor_ids[0]!, mode, parties });
    if (outcome === 'allow') this.withheld.delete(name);
    else this.withheld.set(name, { cumulative, asked_at: now });
    return outcome === 'allow';
  }
}

const isStale = ({ signature, created_at }: RootRow, now: Instant): boolean =>
  signature === null && created_at + seconds(UNSIGNED_MAX_S) < now;

const salt = (): Hex => `0x${randomBytes(32).toString('hex')}`;

const bySalt = (one: Leaf, other: Leaf): number => (one.salt < other.salt ? -1 : 1);
