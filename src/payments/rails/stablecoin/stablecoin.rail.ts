import { Inject, Injectable } from '@nestjs/common';
import { mulCeil, parseWireTime, type EscrowEntry, type Id, type Mode } from '@groundtruth/sdk/protocol';
import { hashTypedData, type Hex } from 'viem';
import { randomBytes } from 'node:crypto';
import { assert } from '../../../kernel/assert.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError, found } from '../../../kernel/problem.js';
import { Clusters } from '../../../identity/index.js';
import { LedgerService, transferId, type Fund } from '../../../ledger/index.js';
import { CONFIG, type Config } from '../../../platform/config/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { PolicyGate, type PolicyDecision } from '../../../policy/index.js';
import { FUNDS, accountsOf } from '../../accounts.js';
import { BountyAccount } from '../../bounty.account.js';
import type { Share } from '../../funders.js';
import { single } from '../../linked.js';
import {
  Rail,
  type Examined,
  type Funding,
  type Held,
  type HeldBounty,
  type OfferedEntry,
  type Settlement,
  type Slot,
} from '../../rail.js';
import { askedMessage, checkAuthorization } from './authorization.js';
import { EntriesRepository } from './entries.repository.js';
import type { EntryRow } from './entry.entity.js';
import { entryView } from './entry.view.js';
import { EscrowCalls } from './escrow.calls.js';
import { ESCROW_CHAINS, type EscrowChain, type EscrowChains } from './escrow.chain.js';
import { entryIdOf, termsOf } from './escrow.terms.js';
import { ReleasesRepository } from './releases.repository.js';

const BASIS_POINTS = 10_000n;

/**
 * Tokens in the escrow contract. The chain is the authority; the ledger follows it (escrow.logs) and says in the meantime what is owed.
 * Nothing here sends anything: operations are queued with the rows that cause them.
 */
@Injectable()
export class StablecoinRail extends Rail {
  constructor(
    private readonly entries: EntriesRepository,
    private readonly releases: ReleasesRepository,
    private readonly account: BountyAccount,
    private readonly ledger: LedgerService,
    private readonly policy: PolicyGate,
    private readonly calls: EscrowCalls,
    private readonly clusters: Clusters,
    private readonly clock: Clock,
    @Inject(ESCROW_CHAINS) private readonly chains: EscrowChains,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  async offer(tx: Tx, { mode, bounty_id, agent_id, amount, payer, until, deadline }: Funding): Promise<void> {
    assert(payer, 'a bounty on the stablecoin rail names its payer');
    const chain = this.chainOf(mode);
    const salt: Hex = `0x${randomBytes(32).toString('hex')}`;
    const { address: funder, refund_to } = payer;
    const terms = termsOf(chain, { bounty_id, funder, refund_to, deadline, fee_bps: this.config.FEE_BPS, salt });
    const created_at = this.clock.now();
    const id = entryIdOf(chain, terms);
    await this.entries.insert(tx, {
      id, mode, bounty_id, agent_id, chain: chain.view, terms, amount, valid_before: until, created_at,
    }); // prettier-ignore
  }

  async examine({ mode, entry, amount, authorization }: OfferedEntry): Promise<Examined | null> {
    if (!entry || !authorization) return null;
    const { wallets } = this.chainOf(mode);
    const { funder } = entry.terms;
    const digest = hashTypedData(
      askedMessage({ ...entry, id: entry.entry, amount, valid_before: parseWireTime(entry.valid_before)! }),
    );
    const [balance, is_spent, accepts] = await Promise.all([
      wallets.balanceOf(funder),
      wallets.isSpent(funder, entry.entry),
      wallets.accepts(funder, digest, authorization.signature),
    ]);
    return { authorization, payer: { balance, is_spent, accepts } };
  }

  async hold(tx: Tx, bounty: HeldBounty, amount: bigint, examined: Examined | null): Promise<Held> {
    const pending = { state: 'pending', fund: bounty.fund } as const;
    // What came in and was abandoned by the chain may have been another amount.
    const entry = { ...found(await this.entries.lockOf(tx, bounty.bounty_id), bounty.bounty_id), amount };
    if (entry.state === 'submitted' && entry.signature === examined?.authorization.signature) return pending;
    const signature = await checkAuthorization(entry, examined, this.clock.now());
    const { outcome, rule, hint, pack_version } = await this.screen(tx, entry);
    if (outcome !== 'allow')
      throw new DomainError(outcome === 'refuse' ? 'policy_refused' : 'policy_held', hint, {
        rule,
        hint,
        pack_version,
      });
    const set = { signature, amount, reason: null };
    const moved = await this.entries.advance(tx, entry.id, 'submit', this.clock.now(), set);
    if (!moved) return pending;
    // Signed for by its wallet: whoever is paid to the same one is its owner too.
    await this.clusters.addTrait(tx, entry.agent_id, `wallet:${entry.terms.funder.toLowerCase()}`, this.clock.now());
    await this.calls.fund(tx, this.chainOf(entry.mode), { ...entry, signature });
    return pending;
  }

  /** An entry is funded once, by one signature over its amount. */
  async holdMore(): Promise<void> {
    throw new DomainError('criteria_unreachable', 'the escrow on chain holds what was signed for', {
      param: 'price',
      hint: 'Post another bounty, or one whose schedule rises to the price you may want.',
    });
  }

  /** An entry is one wallet's: a second funder needs an entry of its own, which bounties here do not have. */
  async pledge(): Promise<Fund> {
    throw new DomainError('criteria_unreachable', 'one wallet funds a bounty on chain', { param: 'pledges' });
  }

  async withdraw(): Promise<void> {
    return assert(false, 'nothing is ever pledged on chain');
  }

  async funders(tx: Tx, { bounty_id, agent_id }: HeldBounty): Promise<Share[]> {
    const entry = await this.entries.of(tx, bounty_id);
    return entry ? [{ agent_id, amount: entry.amount }] : [];
  }

  async admits(tx: Tx, bounty: HeldBounty): Promise<boolean> {
    const entry = found(await this.entries.of(tx, bounty.bounty_id), bounty.bounty_id);
    return (await this.screen(tx, entry)).outcome === 'allow';
  }

  async takesWork(): Promise<boolean> {
    return true;
  }

  async abandon(tx: Tx, bounty: HeldBounty): Promise<void> {
    const entry = await this.entries.lockOf(tx, bounty.bounty_id);
    if (entry) await this.entries.advance(tx, entry.id, 'abandon', this.clock.now());
  }

  /** As the escrow takes it: basis points of what is paid, rounded up. */
  async feeOf(tx: Tx, bounty: HeldBounty, _slot: Slot, pay: bigint): Promise<bigint> {
    const { terms } = found(await this.entries.of(tx, bounty.bounty_id), bounty.bounty_id);
    return mulCeil(pay, BigInt(terms.fee_bps), BASIS_POINTS);
  }

  /** The ledger says at once who is owed what; the release that makes the chain pay it waits for the releaser's signature. */
  async settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]> {
    const { capture_id, bounty_id, pay, fee, payout } = settlement;
    assert(payout, `${capture_id} has no payout`);
    const entry = found(await this.entries.lockOf(tx, bounty_id), bounty_id);
    // First, for it says in words when a reorganisation has taken the money away.
    const transfers = await this.account.settle(tx, settlement);
    if (await this.releases.of(tx, capture_id)) return transfers;
    const { commitment, to, for: pay_for } = payout;
    const about = { capture_id, entry: entry.id, commitment, pay_to: to, pay_for };
    const created_at = this.clock.now();
    await this.releases.append(tx, { ...about, amount: pay, fee, paid_before: entry.ordered, created_at });
    await this.entries.order(tx, entry.id, pay + fee);
    return transfers;
  }

  /** Orders the closing statement: what no release orders goes back as soon as the chain shows it. */
  async refundRest(tx: Tx, bounty: HeldBounty): Promise<Share[]> {
    const entry = await this.entries.lockOf(tx, bounty.bounty_id);
    const set = { owed_total: entry?.ordered };
    if (!entry || !(await this.entries.advance(tx, entry.id, 'close', this.clock.now(), set))) return [];
    const rest = await this.held(tx, bounty);
    if (rest === 0n) return [];
    const accounts = accountsOf(bounty.mode, FUNDS.stablecoin[bounty.mode]);
    const keys = [accounts.bounty(bounty.bounty_id), accounts.returning(bounty.bounty_id)];
    const [held, returning] = (await this.ledger.accounts(tx, keys)) as [bigint, bigint];
    const id = transferId(bounty.bounty_id, 'rest');
    await this.ledger.postOrThrow(tx, [
      { ...single(id, held, returning, rest), code: 'bounty_refund', correlation: bounty.bounty_id },
    ]);
    return [{ agent_id: bounty.agent_id, amount: rest }];
  }

  async held(tx: Tx, bounty: HeldBounty): Promise<bigint> {
    return this.account.held(tx, bounty);
  }

  async available(): Promise<bigint> {
    return 0n;
  }

  async inWallet(mode: Mode, wallet: Hex): Promise<bigint> {
    return this.chainOf(mode).wallets.balanceOf(wallet);
  }

  async entry(tx: Tx, bounty: HeldBounty): Promise<EscrowEntry | null> {
    const entry = await this.entries.of(tx, bounty.bounty_id);
    return entry && entryView(entry);
  }

  /** Payer and refund address, looked at before any money is asked for, and again before what came may be spent. */
  private async screen(tx: Tx, { id, mode, agent_id, terms }: EntryRow): Promise<PolicyDecision> {
    const parties = [terms.funder, terms.refund_to].map((wallet) => ({ id: agent_id, wallet }));
    return this.policy.look(tx, 'deposit', { id, mode, parties });
  }

  /** @throws {DomainError} `criteria_unreachable` in a mode that has no chain here. */
  private chainOf(mode: Mode): EscrowChain {
    const chain = this.chains[mode];
    if (!chain)
      throw new DomainError('criteria_unreachable', `no chain is configured in ${mode} mode`, { param: 'rail' });
    return chain;
  }
}
