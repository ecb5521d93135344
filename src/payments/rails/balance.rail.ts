import { Injectable } from '@nestjs/common';
import { mulCeil, type Id, type Mode } from '@groundtruth/sdk/protocol';
import { LedgerService, transferId, type Fund } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/index.js';
import { accountsOf, PREPAID_FUNDS } from '../accounts.js';
import { BountyAccount } from '../bounty.account.js';
import { single } from '../linked.js';
import { PrepaidFunds } from '../prepaid.funds.js';
import { Rail, type Held, type HeldBounty, type Settlement, type Slot } from '../rail.js';

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

  async admits(): Promise<boolean> {
    return true;
  }

  /** Card money of an agent that is frozen is in doubt. */
  async takesWork(tx: Tx, { fund, agent_id }: HeldBounty): Promise<boolean> {
    return !(await this.funds.isFrozen(tx, fund, agent_id));
  }

  async abandon(): Promise<void> {}

  /** The same proportion of the fee that was held, rounded up. */
  async feeOf(_tx: Tx, _bounty: HeldBounty, slot: Slot, pay: bigint): Promise<bigint> {
    return mulCeil(slot.fee, pay, slot.price);
  }

  async settle(tx: Tx, settlement: Settlement): Promise<Id<'transfer'>[]> {
    return this.account.settle(tx, settlement);
  }

  async refundRest(tx: Tx, bounty: HeldBounty): Promise<bigint> {
    const { available, held } = await this.open(tx, bounty);
    const rest = await this.held(tx, bounty);
    if (rest === 0n) return 0n;
    await this.ledger.postOrThrow(tx, [
      {
        ...single(transferId(bounty.bounty_id, 'rest'), held, available, rest),
        code: 'bounty_refund',
        correlation: bounty.bounty_id,
      },
    ]);
    return rest;
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

  private async open(tx: Tx, bounty: HeldBounty): Promise<{ available: bigint; held: bigint }> {
    const accounts = accountsOf(bounty.mode, bounty.fund);
    return {
      available: await this.ledger.account(tx, accounts.available(bounty.agent_id)),
      held: await this.ledger.account(tx, accounts.bounty(bounty.bounty_id)),
    };
  }
}
