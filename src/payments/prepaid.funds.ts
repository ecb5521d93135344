import { Injectable } from '@nestjs/common';
import { formatAmount, type Mode } from '@groundtruth/sdk/protocol';
import { DomainError } from '../kernel/problem.js';
import { LedgerService, type Fund } from '../ledger/index.js';
import type { Tx } from '../platform/database/index.js';
import { accountsOf, PREPAID_FUNDS } from './accounts.js';
import { CardFreezes } from './funding/card/card.freezes.js';

/** Which prepaid money pays for a bounty or a read: all of it comes from one fund. */
@Injectable()
export class PrepaidFunds {
  constructor(
    private readonly ledger: LedgerService,
    private readonly freezes: CardFreezes,
  ) {}

  /**
   * The first fund of the mode that covers the whole amount.
   * @throws {DomainError} `insufficient_funds` when none does; `account_frozen` when only frozen card money would.
   */
  async choose(tx: Tx, mode: Mode, agentId: string, amount: bigint): Promise<Fund> {
    for (const fund of PREPAID_FUNDS[mode]) {
      if ((await this.ledger.available(tx, accountsOf(mode, fund).available(agentId))) < amount) continue;
      if (await this.isFrozen(tx, fund, agentId))
        throw new DomainError('account_frozen', 'card money of this account is frozen while a payment is disputed');
      return fund;
    }
    throw new DomainError('insufficient_funds', `no fund of the account covers ${formatAmount(amount)}`);
  }

  /** Whether money of that fund may not be spent by its agent now. */
  async isFrozen(tx: Tx, fund: Fund, agentId: string): Promise<boolean> {
    return fund === 'card' && (await this.freezes.isFrozen(tx, agentId));
  }

  /** The largest amount that `choose` could find cover for, frozen or not. */
  async most(tx: Tx, mode: Mode, agentId: string): Promise<bigint> {
    let most = 0n;
    for (const fund of PREPAID_FUNDS[mode]) {
      const available = await this.ledger.available(tx, accountsOf(mode, fund).available(agentId));
      if (available > most) most = available;
    }
    return most;
  }
}
