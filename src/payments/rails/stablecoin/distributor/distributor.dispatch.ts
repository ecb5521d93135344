import { Inject, Injectable } from '@nestjs/common';
import { distributorAbi } from '@groundtruth/sdk/abi';
import { awardTree, MODES } from '@groundtruth/sdk/protocol';
import { encodeFunctionData } from 'viem';
import { Clock, seconds, type Instant } from '../../../../kernel/clock.js';
import { readOperation, type ChainOperation } from '../../../../platform/chain/index.js';
import { CONFIG, type Config } from '../../../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../../../platform/database/index.js';
import { depthOf } from '../escrow.calls.js';
import { ESCROW_CHAINS, type EscrowChain, type EscrowChains } from '../escrow.chain.js';
import type { DueClaim, RootRow } from './award.entity.js';
import { RootDraft } from './root.draft.js';
import { RootsRepository } from './roots.repository.js';

export const DISTRIBUTOR_PURPOSES = { root: 'distributor.root', claim: 'distributor.claim' } as const;
/** Claims in one transaction: about three million gas. */
const CLAIMS_MAX = 50;
/** Transactions that propose one draft before another is made. */
const PROPOSALS_MAX = 6;
/** Before a proposal that came to nothing is sent again: twice as long each time, from two seconds to about four minutes. */
const PAUSE_EXPONENT_MAX = 8;
/** As for proposals, to nine hours: the token may never pay an account, and each claim that reverts holds up what the relayer has behind it. */
const CLAIM_PAUSE_EXPONENT_MAX = 15;
/** What a claim showed is in our books by then, or a reorganisation has taken it. Twice as long each time, to about a day. */
const SHOWN_AFTER_S = 600;
const SHOWN_EXPONENT_MAX = 7;

/** Has roots drafted, proposed with the root-setter's key, and claimed for those who are owed enough; the relayer pays their gas. */
@Injectable()
export class DistributorDispatch {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly draft: RootDraft,
    private readonly roots: RootsRepository,
    private readonly clock: Clock,
    @Inject(ESCROW_CHAINS) private readonly chains: EscrowChains,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** One round. Repeatable. */
  async pass(): Promise<void> {
    for (const mode of MODES) {
      const chain = this.chains[mode];
      if (!chain) continue;
      const now = await chain.now();
      await this.unitOfWork.run((tx) => this.propose(tx, chain, now));
      await this.unitOfWork.run((tx) => this.claim(tx, chain, now));
    }
  }

  /** Registers who hears how the transactions came out. Once, before the first pump. */
  listen(): void {
    for (const mode of MODES) {
      const chain = this.chains[mode];
      chain?.root_setter.onDone(DISTRIBUTOR_PURPOSES.root, (tx, operation) => this.proposalEnded(tx, operation));
      // Logs tell what was claimed; what was not is seen again at the next pass.
      chain?.relayer.onDone(DISTRIBUTOR_PURPOSES.claim, () => Promise.resolve());
    }
  }

  private async propose(tx: Tx, chain: EscrowChain, chain_now: Instant): Promise<void> {
    const row = await this.draft.next(tx, chain.view, chain_now);
    if (!row?.signature || (await readOperation(tx, proposalOf(row)))) return;
    const last = row.attempt === 0 ? null : await readOperation(tx, proposalOf({ ...row, attempt: row.attempt - 1 }));
    if (last?.ended_at != null && this.clock.now() < last.ended_at + pauseAfter(row.attempt)) return;
    const args = [row.root, BigInt(row.epoch), row.total, uriOf(row), row.signature] as const;
    await chain.root_setter.enqueue(tx, {
      id: proposalOf(row),
      to: row.distributor,
      data: encodeFunctionData({ abi: distributorAbi, functionName: 'proposeRoot', args }),
      value: 0n,
      purpose: DISTRIBUTOR_PURPOSES.root,
      confirmations: 'finalized',
    });
  }

  private async proposalEnded(tx: Tx, { id, state }: ChainOperation): Promise<void> {
    if (state === 'done') return; // The log tells it, and when it is active.
    const [, root, attempt] = id.split(':') as [string, string, string];
    await this.roots.countAttempt(tx, root);
    if (Number(attempt) + 1 >= PROPOSALS_MAX) await this.roots.advance(tx, root, 'discard', this.clock.now());
  }

  /** For everyone who is owed `CHAIN_CLAIM_MIN` or more by the root that is active. */
  private async claim(tx: Tx, chain: EscrowChain, chain_now: Instant): Promise<void> {
    const { mode, distributor } = chain.view;
    const active = await this.roots.standing(tx, { mode, distributor }, chain_now);
    const due = active ? await this.roots.unclaimed(tx, active, this.config.CHAIN_CLAIM_MIN) : [];
    if (!active || due.length === 0) return;
    const ready = await this.transactions(tx, active, due);
    if (ready.length === 0) return;
    const tree = awardTree(await this.roots.leaves(tx, active.id));
    for (const { id, claims } of ready) {
      const awards = claims.map(({ index, account, cumulative, salt }) => ({
        account, cumulative, salt, proof: tree.proofOf(index),
      })); // prettier-ignore
      await chain.relayer.enqueue(tx, {
        id,
        to: active.distributor,
        data: encodeFunctionData({ abi: distributorAbi, functionName: 'claimMany', args: [awards] }),
        value: 0n,
        purpose: DISTRIBUTOR_PURPOSES.claim,
        // As deep as the deepest of its logs must lie, so that it is not done before our books have them all.
        confirmations: depthOf(claims.reduce((most, { owed }) => (owed > most ? owed : most), 0n)),
      });
    }
  }

  /**
   * What to send now. Claims go together by their places in the tree, whatever else is claimed meanwhile: who claims for himself has nobody
   * else's sent anew. Once a group came to nothing, each of it goes alone: one account that the token does not pay reverts all the others.
   */
  private async transactions(tx: Tx, { id: root }: RootRow, due: readonly DueClaim[]): Promise<Transaction[]> {
    const ready: Transaction[] = [];
    for (const [group, claims] of inGroups(due)) {
      const name = `${DISTRIBUTOR_PURPOSES.claim}:${root}:${group}`;
      const together = await this.nextClaim(tx, name);
      const parts = together.failed ? claims.map((claim) => [claim]) : [];
      if (!together.failed && together.id) ready.push({ id: together.id, claims });
      for (const part of parts) {
        const { id } = await this.nextClaim(tx, `${name}.${part[0]!.index}`);
        if (id) ready.push({ id, claims: part });
      }
    }
    return ready;
  }

  /** The next operation of this name, null while it is too soon for one; and whether one has failed before. */
  private async nextClaim(tx: Tx, name: string): Promise<{ id: string | null; failed: boolean }> {
    let failed = false;
    for (let attempt = 0; ; attempt++) {
      const id = `${name}:${attempt}`;
      const before = await readOperation(tx, id);
      if (before === null) return { id, failed };
      if (before.ended_at === null) return { id: null, failed };
      const done = before.state === 'done';
      failed ||= !done;
      const pause = done
        ? seconds(SHOWN_AFTER_S * 2 ** Math.min(attempt, SHOWN_EXPONENT_MAX))
        : pauseAfter(attempt + 1, CLAIM_PAUSE_EXPONENT_MAX);
      if (this.clock.now() < before.ended_at + pause) return { id: null, failed };
    }
  }
}

interface Transaction {
  readonly id: string;
  readonly claims: readonly DueClaim[];
}

function inGroups(due: readonly DueClaim[]): Map<number, DueClaim[]> {
  const groups = new Map<number, DueClaim[]>();
  for (const claim of due) {
    const group = Math.floor(claim.index / CLAIMS_MAX);
    groups.set(group, [...(groups.get(group) ?? []), claim]);
  }
  return groups;
}

const proposalOf = ({ id, attempt }: Pick<RootRow, 'id' | 'attempt'>): string =>
  `${DISTRIBUTOR_PURPOSES.root}:${id}:${attempt}`;

const pauseAfter = (attempt: number, exponentMax = PAUSE_EXPONENT_MAX): number =>
  seconds(2 ** Math.min(attempt, exponentMax));

/** Relative to the exchange: at most 32 bytes cost what one does. */
const uriOf = ({ mode, epoch }: RootRow): string => `v1/payout-roots/${epoch}?mode=${mode}`;
