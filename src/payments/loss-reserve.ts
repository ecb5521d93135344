import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { LedgerService, transferId, type Fund, type TransferRequest } from '../ledger/index.js';
import type { Tx } from '../platform/database/index.js';
import { accountsOf } from './accounts.js';

/** What an upheld dispute is owed from the reserve, in micros. */
export interface LossClaim {
  readonly mode: Mode;
  /** The prepaid money of its bounty: what that kind of money's fees have set aside pays it. */
  readonly fund: Fund;
  readonly dispute_id: Id<'dispute'>;
  readonly bounty_id: Id<'bounty'>;
  readonly amount: bigint;
}

/**
 * The share of fees kept for upheld disputes: a guarded account of each ledger, so no claim can take more than is there. Every method
 * joins the caller's transaction and may be repeated: ids of transfers follow from the dispute.
 */
@Injectable()
export class LossReserve {
  constructor(private readonly ledger: LedgerService) {}

  /** What it could pay now, in micros; by default that of the mode's first prepaid fund. */
  async available(tx: Tx, mode: Mode, fund?: Fund): Promise<bigint> {
    return this.ledger.available(tx, accountsOf(mode, fund).lossReserve());
  }

  /** Sets the pay of an upheld appeal aside until its verdict is in the log; false when the reserve does not cover it. */
  async setAside(tx: Tx, claim: LossClaim, contributorId: string): Promise<boolean> {
    return this.take(tx, claim, {
      kind: 'pending',
      purpose: 'set-aside',
      payee: accountsOf(claim.mode, claim.fund).payable(contributorId),
    });
  }

  /** Pays what was set aside. */
  async payOut(tx: Tx, claim: LossClaim, contributorId: string): Promise<void> {
    const payee = accountsOf(claim.mode, claim.fund).payable(contributorId);
    const paid = await this.take(tx, claim, { kind: 'post', purpose: 'pay', payee });
    assert(paid, `${claim.dispute_id} was not set aside`);
  }

  /** Pays a requester back at once; false when the reserve does not cover it. */
  async refund(tx: Tx, claim: LossClaim, agentId: string): Promise<boolean> {
    return this.take(tx, claim, {
      kind: 'single',
      purpose: 'refund',
      payee: accountsOf(claim.mode, claim.fund).available(agentId),
    });
  }

  private async take(
    tx: Tx,
    { mode, fund, dispute_id, bounty_id, amount }: LossClaim,
    taking: Taking,
  ): Promise<boolean> {
    const [debit, credit] = await this.ledger.accounts(tx, [accountsOf(mode, fund).lossReserve(), taking.payee]);
    const transfer: TransferRequest = {
      id: transferId(dispute_id, taking.purpose),
      kind: taking.kind,
      debit: debit!,
      credit: credit!,
      amount,
      code: 'dispute_pay',
      correlation: bounty_id,
      reference: dispute_id,
      ...(taking.kind === 'post' ? { pending_id: transferId(dispute_id, 'set-aside') } : {}),
    };
    const [result] = await this.ledger.post(tx, [transfer]);
    if (result === 'exceeds_credits') return false;
    assert(result === 'ok' || result === 'exists', `${dispute_id} could not be paid from the loss reserve: ${result}`);
    return true;
  }
}

interface Taking {
  readonly kind: 'pending' | 'post' | 'single';
  /** Tells the transfers of one dispute apart. */
  readonly purpose: string;
  readonly payee: ReturnType<ReturnType<typeof accountsOf>['fees']>;
}
