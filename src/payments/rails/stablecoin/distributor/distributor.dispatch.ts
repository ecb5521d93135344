import { Inject, Injectable } from '@nestjs/common';
import { distributorAbi } from '@groundtruth/sdk/abi';
import { awardTree, MODES } from '@groundtruth/sdk/protocol';
import { encodeFunctionData, keccak256, stringToHex } from 'viem';
import { Clock, seconds, type Instant } from '../../../../kernel/clock.js';
import { readOperation, type ChainOperation } from '../../../../platform/chain/index.js';
import { CONFIG, type Config } from '../../../../platform/config/index.js';
import { UnitOfWork, type Tx } from '../../../../platform/database/index.js';
import { ESCROW_CHAINS, type EscrowChain, type EscrowChains } from '../escrow.chain.js';
import type { RootRow } from './award.entity.js';
import { RootDraft } from './root.draft.js';
import { RootsRepository } from './roots.repository.js';

export const DISTRIBUTOR_PURPOSES = { root: 'distributor.root', claim: 'distributor.claim' } as const;
/** Claims in one transaction: about three million gas. */
const CLAIMS_MAX = 50;
/** Transactions that propose one draft before another is made. */
const PROPOSALS_MAX = 6;
/** Before what came to nothing is sent again: twice as long each time, from two seconds to about four minutes. */
const PAUSE_EXPONENT_MAX = 8;
/** What a claim showed is in our books by then, or a reorganisation has taken it. */
const SHOWN_AFTER_S = 600;

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
    const leaves = await this.roots.leaves(tx, active.id);
    const tree = awardTree(leaves);
    const wanted = new Set(due.map(({ account }) => account));
    const awards = leaves.flatMap((leaf, i) => (wanted.has(leaf.account) ? [{ ...leaf, proof: tree.proofOf(i) }] : []));
    for (let from = 0; from < awards.length; from += CLAIMS_MAX)
      await this.relay(tx, chain, active, awards.slice(from, from + CLAIMS_MAX));
  }

  private async relay(tx: Tx, chain: EscrowChain, active: RootRow, awards: readonly AwardStruct[]): Promise<void> {
    const accounts = keccak256(stringToHex(awards.map(({ account }) => account).join()));
    for (let attempt = 0; ; attempt++) {
      const id = `${DISTRIBUTOR_PURPOSES.claim}:${active.id}:${accounts}:${attempt}`;
      const before = await readOperation(tx, id);
      if (before === null) {
        const data = encodeFunctionData({ abi: distributorAbi, functionName: 'claimMany', args: [awards] });
        const purpose = DISTRIBUTOR_PURPOSES.claim;
        await chain.relayer.enqueue(tx, {
          id,
          to: active.distributor,
          data,
          value: 0n,
          purpose,
          confirmations: 'safe',
        });
        return;
      }
      const pause = before.state === 'done' ? seconds(SHOWN_AFTER_S) : pauseAfter(attempt + 1);
      if (before.ended_at === null || this.clock.now() < before.ended_at + pause) return;
    }
  }
}

interface AwardStruct {
  readonly account: `0x${string}`;
  readonly cumulative: bigint;
  readonly salt: `0x${string}`;
  readonly proof: readonly `0x${string}`[];
}

const proposalOf = ({ id, attempt }: Pick<RootRow, 'id' | 'attempt'>): string =>
  `${DISTRIBUTOR_PURPOSES.root}:${id}:${attempt}`;

const pauseAfter = (attempt: number): number => seconds(2 ** Math.min(attempt, PAUSE_EXPONENT_MAX));

/** Relative to the exchange: at most 32 bytes cost what one does. */
const uriOf = ({ mode, epoch }: RootRow): string => `v1/payout-roots/${epoch}?mode=${mode}`;
