import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { LedgerService, transferId, type Fund, type TransferRequest } from '../ledger/index.js';
import type { Tx } from '../platform/database/index.js';
import { accountsOf } from './accounts.js';
import { shareOut, type Share } from './funders.js';
import { linked } from './linked.js';

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

  /** Pays those who funded a bounty back at once, by what each gave; false when the reserve does not cover it. */
  async refund(tx: Tx, claim: LossClaim, funders: readonly Share[]): Promise<boolean> {
    const accounts = accountsOf(claim.mode, claim.fund);
    const parts = shareOut(claim.amount, funders);
    const transfers: TransferRequest[] = [];
    for (const [index, { agent_id, amount }] of parts.entries()) {
      const purpose = index === 0 ? 'refund' : `refund:${index}`;
      const taking: Taking = { kind: 'single', purpose, payee: accounts.available(agent_id) };
      transfers.push(await this.transfer(tx, { ...claim, amount }, taking));
    }
    return this.post(tx, claim, linked(transfers));
  }

  private async take(tx: Tx, claim: LossClaim, taking: Taking): Promise<boolean> {
    return this.post(tx, claim, [await this.transfer(tx, claim, taking)]);
  }

  private async transfer(
    tx: Tx,
    { mode, fund, dispute_id, bounty_id, amount }: LossClaim,
    taking: Taking,
  ): Promise<TransferRequest> {
    const [debit, credit] = await this.ledger.accounts(tx, [accountsOf(mode, fund).lossReserve(), taking.payee]);
    return {
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
  }

  private async post(tx: Tx, { dispute_id }: LossClaim, transfers: readonly TransferRequest[]): Promise<boolean> {
    const results = await this.ledger.post(tx, transfers);
    if (results.includes('exceeds_credits')) return false;
    const failed = results.find((result) => result !== 'ok' && result !== 'exists');
    assert(failed === undefined, `${dispute_id} could not be paid from the loss reserve: ${failed}`);
    return true;
  }
}

interface Taking {
  readonly kind: 'pending' | 'post' | 'single';
  /** Tells the transfers of one dispute apart. */
  readonly purpose: string;
  readonly payee: ReturnType<ReturnType<typeof accountsOf>['fees']>;
}
