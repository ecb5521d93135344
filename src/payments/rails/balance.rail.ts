import { Injectable } from '@nestjs/common';
import { mulCeil, type Id, type Mode } from '@groundtruth/sdk/protocol';
import { DomainError } from '../../kernel/problem.js';
import { LedgerService, transferId, type Fund, type TransferRequest } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/index.js';
import { accountsOf, PREPAID_FUNDS } from '../accounts.js';
import { BountyAccount } from '../bounty.account.js';
import { shareOut, type Share } from '../funders.js';
import { linked, single } from '../linked.js';
import { PrepaidFunds } from '../prepaid.funds.js';
import { Rail, type Held, type HeldBounty, type Pledged, type Settlement, type Slot } from '../rail.js';

/** Prepaid balance: the ledger alone decides, in the transaction that also moves the bounty or the capture. */
@Injectable()
export class BalanceRail extends Rail {
  constructor(
    private readonly ledger: LedgerService,
    private readonly account: BountyAccount,
    private readonly funds: PrepaidFunds,
  ) {
    super();
  }

  async offer(): Promise<void> {}

  async examine(): Promise<null> {
    return null;
  }

  async hold(tx: Tx, bounty: HeldBounty, amount: bigint): Promise<Held> {
    const { mode, agent_id } = bounty;
    const fund = (await this.holding(tx, bounty)) ?? (await this.funds.choose(tx, mode, agent_id, amount));
    const { available, held } = await this.open(tx, { ...bounty, fund });
    await this.ledger.postOrThrow(tx, [
      {
        ...single(transferId(bounty.bounty_id, 'hold'), available, held, amount),
        code: 'bounty_hold',
        correlation: bounty.bounty_id,
      },
    ]);
    return { state: 'held', fund };
  }

  async holdMore(tx: Tx, bounty: HeldBounty, amount: bigint, number: number): Promise<void> {
    await this.mayHold(tx, bounty);
    const { available, held } = await this.open(tx, bounty);
    const move = single(transferId(bounty.bounty_id, `hold:${number}`), available, held, amount);
    await this.ledger.postOrThrow(tx, [{ ...move, code: 'bounty_hold', correlation: bounty.bounty_id }]);
  }

  async pledge(tx: Tx, bounty: HeldBounty, { id, agent_id, amount }: Pledged): Promise<Fund> {
    const fund = (await this.holding(tx, bounty)) ?? (await this.funds.choose(tx, bounty.mode, agent_id, amount));
    const given = { ...bounty, fund, agent_id };
    await this.mayHold(tx, given);
    const { available, held } = await this.open(tx, given);
    const about = { correlation: bounty.bounty_id, reference: id };
    await this.ledger.postOrThrow(tx, [
      { ...single(transferId(id, 'hold'), available, held, amount), code: 'bounty_hold', ...about },
    ]);
    return fund;
  }

  async withdraw(tx: Tx, bounty: HeldBounty, { id, agent_id, amount }: Pledged): Promise<void> {
    const { available, held } = await this.open(tx, { ...bounty, agent_id });
    const about = { correlation: bounty.bounty_id, reference: id };
    await this.ledger.postOrThrow(tx, [
      { ...single(transferId(id, 'back'), held, available, amount), code: 'pledge_return', ...about },
    ]);
  }

  async funders(tx: Tx, bounty: HeldBounty): Promise<Share[]> {
    return this.account.funders(tx, bounty);
  }

  async admits(): Promise<boolean> {
    return true;
  }

  /** Card money is in doubt while one of those whose it is is frozen. */
  async takesWork(tx: Tx, bounty: HeldBounty): Promise<boolean> {
    const agents = bounty.fund === 'card' ? (await this.funders(tx, bounty)).map(({ agent_id }) => agent_id) : [];
    for (const agent_id of agents) if (await this.funds.isFrozen(tx, bounty.fund, agent_id)) return false;
    return true;
  }

  async abandon(): Promise<void> {}

  /** The same proportion of the fee that was held, rounded up. */
  async feeOf(_tx: Tx, _bounty: HeldBounty, slot: Slot, pay: bigint): Promise<bigint> {
    return mulCeil(slot.fee, pay, slot.price);
  }

  async settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]> {
    return this.account.settle(tx, settlement);
  }

  async refundRest(tx: Tx, bounty: HeldBounty): Promise<Share[]> {
    const { bounty_id } = bounty;
    const parts = shareOut(await this.held(tx, bounty), await this.funders(tx, bounty));
    const accounts = accountsOf(bounty.mode, bounty.fund);
    const keys = [accounts.bounty(bounty_id), ...parts.map(({ agent_id }) => accounts.available(agent_id))];
    const [held, ...agents] = (await this.ledger.accounts(tx, keys)) as [bigint, ...bigint[]];
    const transfers = parts.map(({ amount }, index): TransferRequest => ({
      ...single(transferId(bounty_id, index === 0 ? 'rest' : `rest:${index}`), held, agents[index]!, amount),
      code: 'bounty_refund',
      correlation: bounty_id,
    }));
    await this.ledger.postOrThrow(tx, linked(transfers));
    return parts;
  }

  async held(tx: Tx, bounty: HeldBounty): Promise<bigint> {
    return this.account.held(tx, bounty);
  }

  async available(tx: Tx, mode: Mode, agentId: string): Promise<bigint> {
    return this.funds.most(tx, mode, agentId);
  }

  async inWallet(): Promise<bigint> {
    return 0n;
  }

  async entry(): Promise<null> {
    return null;
  }

  /** The fund that it holds money of already; null when it holds none. */
  private async holding(tx: Tx, bounty: HeldBounty): Promise<Fund | null> {
    for (const fund of PREPAID_FUNDS[bounty.mode]) if ((await this.held(tx, { ...bounty, fund })) > 0n) return fund;
    return null;
  }

  private async mayHold(tx: Tx, { fund, agent_id }: HeldBounty): Promise<void> {
    if (await this.funds.isFrozen(tx, fund, agent_id))
      throw new DomainError('account_frozen', 'card money of this account is frozen while a payment is disputed');
  }

  private async open(tx: Tx, bounty: HeldBounty): Promise<{ available: bigint; held: bigint }> {
    const accounts = accountsOf(bounty.mode, bounty.fund);
    return {
      available: await this.ledger.account(tx, accounts.available(bounty.agent_id)),
      held: await this.ledger.account(tx, accounts.bounty(bounty.bounty_id)),
    };
  }
}
