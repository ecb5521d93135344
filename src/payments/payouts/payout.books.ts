import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../../kernel/assert.js';
import {
  LedgerService,
  transferId,
  type AccountKey,
  type TransferCode,
  type TransferRequest,
} from '../../ledger/index.js';
import type { Tx } from '../../platform/database/index.js';
import { linked, single } from '../linked.js';
import { cardAccountsOf } from './card.accounts.js';
import type { BankPayoutRow, PayoutRow } from './payout.entity.js';

type Paid = Pick<PayoutRow, 'id' | 'mode' | 'contributor_id' | 'amount'>;

/** The ledger transfers of payouts. All repeatable: their ids follow from the payout, or from the Stripe object that shows the move. */
@Injectable()
export class PayoutBooks {
  constructor(private readonly ledger: LedgerService) {}

  /** Sets it aside: payable → in transit, pending. */
  async plan(tx: Tx, payout: Paid): Promise<void> {
    const { payable, inTransit } = accountsOf(payout);
    const [debit, credit] = (await this.ledger.accounts(tx, [payable, inTransit])) as [bigint, bigint];
    const move = { ...single(asideId(payout), debit, credit, payout.amount), kind: 'pending' as const };
    await this.ledger.postOrThrow(tx, [{ ...move, code: 'payout', correlation: payout.id }]);
  }

  /** Stripe took none: payable again. */
  async release(tx: Tx, payout: Paid): Promise<void> {
    await this.ledger.postOrThrow(tx, [resolve(payout, 'void')]);
  }

  /** Stripe shows the Transfer: it is in transit, and out of our balance. */
  async send(tx: Tx, payout: Paid, transfer: string): Promise<void> {
    const { platform, connected } = accountsOf(payout);
    const out = await this.move(tx, transferId(transfer, 'out'), connected, platform, payout.amount);
    const about = { reference: transfer, correlation: payout.id };
    await this.ledger.postOrThrow(tx, linked([resolve(payout, 'post'), { ...out, ...about, code: 'payout' }]));
  }

  /** The same of one that had counted as refused: from what is payable now, and for what has left since the platform stands in. */
  async sendAfterAll(tx: Tx, payout: Paid, transfer: string): Promise<void> {
    const { platform, connected, payable, inTransit } = accountsOf(payout);
    const has = await this.ledger.available(tx, payable);
    const owed = has < payout.amount ? has : payout.amount;
    const { losses } = cardAccountsOf(payout.mode);
    const about = { reference: transfer, correlation: payout.id, code: 'payout' as const };
    const moves = [
      await this.move(tx, transferId(transfer, 'owed'), payable, inTransit, owed),
      await this.move(tx, transferId(transfer, 'stood-in'), losses(), inTransit, payout.amount - owed),
      await this.move(tx, transferId(transfer, 'out'), connected, platform, payout.amount),
    ];
    await this.ledger.postOrThrow(tx, linked(moves.filter(({ amount }) => amount > 0n).map((move) => ({ ...move, ...about })))); // prettier-ignore
  }

  /** Money of a contributor that worked with a thief goes to the loss reserve. Once a cause; no more than is payable. */
  async take(
    tx: Tx,
    pair: { readonly id: string; readonly mode: Mode; readonly contributor_id: string },
    cause: string,
    amount: bigint,
  ) {
    const { payable, lossReserve } = cardAccountsOf(pair.mode);
    const taken = await this.move(tx, transferId(cause, 'taken'), payable(pair.contributor_id), lossReserve(), amount);
    await this.ledger.postOrThrow(tx, [{ ...taken, code: 'loss_cover', correlation: pair.id }]);
  }

  /** A reversal brought some of it back: payable again, and in our balance. */
  async takeBack(tx: Tx, payout: Paid, reversal: string, amount: bigint): Promise<void> {
    const { platform, connected, payable, inTransit } = accountsOf(payout);
    const about = { reference: reversal, correlation: payout.id, code: 'payout_return' as const };
    const back = await this.move(tx, transferId(reversal, 'back'), platform, connected, amount);
    const owed = await this.move(tx, transferId(reversal, 'owed'), inTransit, payable, amount);
    await this.ledger.postOrThrow(tx, linked([{ ...back, ...about }, { ...owed, ...about }])); // prettier-ignore
  }

  /** The bank has it: no longer in transit. */
  async arrive(tx: Tx, bank: BankPayoutRow, contributorId: string): Promise<void> {
    await this.bank(tx, bank, contributorId, 'arrived');
  }

  /** The bank sent it back: in transit again. */
  async bounce(tx: Tx, bank: BankPayoutRow, contributorId: string): Promise<void> {
    await this.bank(tx, bank, contributorId, 'bounced');
  }

  /** Whether nothing of a contributor is in transit: what was sent has arrived or come back, whichever payout to a bank carried it. */
  async isAllThrough(tx: Tx, mode: Mode, contributorId: string): Promise<boolean> {
    return (await this.inTransit(tx, mode, contributorId)) === 0n;
  }

  /** What Stripe holds for a contributor and its bank does not have yet, in micros. */
  async inTransit(tx: Tx, mode: Mode, contributorId: string): Promise<bigint> {
    return (await this.ledger.balance(tx, cardAccountsOf(mode).inTransit(contributorId))).posted;
  }

  /** What Stripe took from our balance for its service, by the balance transaction that says so; negative when it gave some back. True when it was new. */
  async cost(tx: Tx, mode: Mode, transaction: string, amount: bigint): Promise<boolean> {
    if (amount === 0n) return false;
    const { costs, platform } = cardAccountsOf(mode);
    const [from, to] = amount > 0n ? [costs(), platform()] : [platform(), costs()];
    const cost = await this.move(tx, transferId(transaction, 'cost'), from, to, amount > 0n ? amount : -amount);
    const [result] = await this.ledger.post(tx, [{ ...cost, code: 'rail_cost', reference: transaction }]);
    assert(result === 'ok' || result === 'exists', `${transaction} could not be booked as a cost: ${result}`);
    return result === 'ok';
  }

  private async bank(tx: Tx, bank: BankPayoutRow, contributorId: string, way: 'arrived' | 'bounced'): Promise<void> {
    const { connected, inTransit } = accountsOf({ mode: bank.mode, contributor_id: contributorId });
    const [debit, credit, code]: [AccountKey, AccountKey, TransferCode] =
      way === 'arrived' ? [inTransit, connected, 'payout'] : [connected, inTransit, 'payout_return'];
    const move = await this.move(tx, transferId(bank.id, way), debit, credit, bank.amount);
    await this.ledger.postOrThrow(tx, [{ ...move, code, reference: bank.id }]);
  }

  private async move(tx: Tx, id: TransferRequest['id'], debit: AccountKey, credit: AccountKey, amount: bigint) {
    const [from, to] = (await this.ledger.accounts(tx, [debit, credit])) as [bigint, bigint];
    return single(id, from, to, amount);
  }
}

const asideId = ({ id }: Pick<Paid, 'id'>) => transferId(id, 'payout');

function resolve(payout: Pick<Paid, 'id' | 'amount'>, kind: 'post' | 'void'): TransferRequest {
  const amounts = { debit: 0n, credit: 0n, amount: payout.amount };
  return { id: transferId(payout.id, kind), kind, ...amounts, code: 'payout', pending_id: asideId(payout), correlation: payout.id }; // prettier-ignore
}

function accountsOf({
  mode,
  contributor_id,
}: Pick<Paid, 'mode' | 'contributor_id'> | { mode: Mode; contributor_id: string }) {
  const accounts = cardAccountsOf(mode);
  return {
    platform: accounts.platform(),
    connected: accounts.connected(),
    payable: accounts.payable(contributor_id),
    inTransit: accounts.inTransit(contributor_id),
  };
}
