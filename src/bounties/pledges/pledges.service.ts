import { Injectable } from '@nestjs/common';
import { formatAmount, toWireTime, type Gathering, type Id, type Pledge } from '@groundtruth/sdk/protocol';
import { Clock } from '../../kernel/clock.js';
import { mintId } from '../../kernel/ids.js';
import { DomainError, found } from '../../kernel/problem.js';
import { SpendCapsLedger, type Principal } from '../../identity/index.js';
import { Rail } from '../../payments/index.js';
import { UnitOfWork, type Command, type Tx } from '../../platform/database/index.js';
import type { BodyOf } from '../../platform/http/serves.js';
import { Outbox } from '../../platform/outbox/index.js';
import { PolicyGate } from '../../policy/index.js';
import { BountiesRepository } from '../bounties.repository.js';
import type { BountyRow } from '../bounty.entity.js';
import { heldBounty } from '../bounty.funding.js';
import { termsFromRow, termsSubject } from '../bounty.terms.js';
import { checkAmount, gathersUntil, isVisible, thresholdOf } from './gathering.rules.js';
import type { PledgeRow } from './pledge.entity.js';
import { pledgeView } from './pledge.view.js';
import { PledgesRepository } from './pledges.repository.js';

/** How several agents pay for one bounty: it opens with the pledge that covers its hold. */
@Injectable()
export class PledgesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly pledges: PledgesRepository,
    private readonly rail: Rail,
    private readonly policy: PolicyGate,
    private readonly caps: SpendCapsLedger,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Moves the money to the bounty, and opens it when that covers its hold: one transaction. Refusals in this order: `not_found`,
   * `policy_refused`, `bounty_not_gathering`, `pledge_out_of_range`, `spend_cap_exceeded`, `insufficient_funds`, `account_frozen`.
   */
  async create(command: Command, caller: Principal, bountyId: string, { amount }: BodyOf<'create_pledge'>) {
    const id = mintId('pledge');
    const { mode } = caller;
    const allow = async () => {
      const row = await this.unitOfWork.run((tx) => this.visible(tx, caller, bountyId));
      const subject = { id: row.id, mode, requester_id: row.agent_id, ...termsSubject(termsFromRow(row)) };
      await this.policy.check('publish', subject);
      await this.policy.check('deposit', { id, mode, parties: [{ id: caller.id }] });
    };
    return this.unitOfWork.onceAfter(command, allow, (tx) => this.add(tx, caller, bountyId, { id, amount }));
  }

  /** The requester pledges all that is missing, which opens its bounty. It has been asked for policy. Refuses as `create` does. */
  async cover(tx: Tx, caller: Principal, bountyId: string): Promise<void> {
    await this.add(tx, caller, bountyId, { id: mintId('pledge'), amount: null });
  }

  /** What the requester of an open bounty adds to raise its price, noted beside the pledges; nothing for a bounty that takes none. */
  async noteRaise(tx: Tx, bounty: BountyRow, id: Id<'pledge'>, amount: bigint): Promise<void> {
    if (gathersUntil(bounty) === null) return;
    const { id: bounty_id, mode, agent_id } = bounty;
    await this.pledges.insert(tx, { id, mode, bounty_id, agent_id, amount, created_at: this.clock.now() });
  }

  /** Until the bounty opens. Repeatable. @throws {DomainError} `not_found`; `pledge_state` once it is open or over. */
  async withdraw(caller: Principal, id: string): Promise<Pledge> {
    return this.unitOfWork.run(async (tx) => {
      const { bounty_id } = await this.own(tx, caller, id);
      const bounty = found(await this.bounties.lock(tx, bounty_id), bounty_id);
      const row = await this.own(tx, caller, id); // Again: it changes only under the lock of its bounty.
      if (row.state === 'withdrawn') return pledgeView(row, bounty);
      if (row.state !== 'held' || bounty.state !== 'draft')
        throw new DomainError('pledge_state', `${id} is ${row.state}, and ${bounty_id} is ${bounty.state}`, {
          state: row.state,
        });
      await this.pledges.advance(tx, id, 'withdraw', this.clock.now(), row.amount);
      await this.outbox.append(tx, { type: 'bounty.pledge_withdrawn', bounty_id });
      await this.rail.withdraw(tx, heldBounty(bounty), row);
      return pledgeView(await this.own(tx, caller, id), bounty);
    });
  }

  /** How far a bounty's pledges are; null for one that takes none. */
  async standing(tx: Tx, caller: Principal, bounty: BountyRow): Promise<Gathering | null> {
    const until = caller.role === 'contributor' ? null : gathersUntil(bounty);
    if (until === null) return null;
    const given = await this.rail.funders(tx, heldBounty(bounty));
    const own = await this.pledges.ofAgent(tx, bounty.id, caller.id);
    return {
      threshold: formatAmount(thresholdOf(bounty)),
      pledged: formatAmount(given.reduce((total, { amount }) => total + amount, 0n)),
      funders: given.length,
      deadline_at: toWireTime(until),
      yours: own.map((row) => pledgeView(row, bounty)),
    };
  }

  /** `amount` null: all that is missing. */
  private async add(
    tx: Tx,
    caller: Principal,
    bountyId: string,
    wanted: { readonly id: Id<'pledge'>; readonly amount: bigint | null },
  ): Promise<Pledge> {
    const { bounty, threshold, missing } = await this.lockGathering(tx, bountyId);
    const { id } = wanted;
    const amount = wanted.amount ?? missing;
    checkAmount(amount, threshold, missing);
    const [agent_id, now] = [caller.id as Id<'agent'>, this.clock.now()];
    await this.caps.commit(tx, caller, id, amount, 'bounty', await this.given(tx, bounty, agent_id));
    const row = { id, mode: bounty.mode, bounty_id: bounty.id, agent_id, amount, created_at: now };
    await this.pledges.insert(tx, row);
    await this.outbox.append(tx, { type: 'bounty.pledged', bounty_id: bounty.id });
    const fund = await this.rail.pledge(tx, heldBounty(bounty), row);
    await this.pledges.setFund(tx, bounty.id, fund);
    if (amount === missing) {
      await this.bounties.advance(tx, bounty.id, 'fund', now, { fund });
      await this.outbox.append(tx, { type: 'bounty.opened', bounty_id: bounty.id });
    }
    return pledgeView(await this.own(tx, caller, id), found(await this.bounties.get(tx, bounty.id), bounty.id));
  }

  private async lockGathering(tx: Tx, bountyId: string) {
    const bounty = found(await this.bounties.lock(tx, bountyId), bountyId);
    const until = gathersUntil(bounty);
    if (bounty.state !== 'draft' || until === null || until <= this.clock.now())
      throw new DomainError('bounty_not_gathering', `${bountyId} is ${bounty.state} and takes no pledge now`, {
        state: bounty.state,
      });
    const threshold = thresholdOf(bounty);
    return { bounty, threshold, missing: threshold - (await this.rail.held(tx, heldBounty(bounty))) };
  }

  /** What an agent has put into a bounty so far, in micros. */
  async given(tx: Tx, bounty: BountyRow, agentId: string): Promise<bigint> {
    const funders = await this.rail.funders(tx, heldBounty(bounty));
    return funders.find(({ agent_id }) => agent_id === agentId)?.amount ?? 0n;
  }

  private async visible(tx: Tx, caller: Principal, id: string): Promise<BountyRow> {
    const row = await this.bounties.get(tx, id);
    return found(row && isVisible(row, caller) ? row : null, id);
  }

  private async own(tx: Tx, caller: Principal, id: string): Promise<PledgeRow> {
    const row = await this.pledges.get(tx, id);
    return found(row && row.agent_id === caller.id && row.mode === caller.mode ? row : null, id);
  }
}
