import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { assert } from '../../kernel/assert.js';
import { Clock } from '../../kernel/clock.js';
import type { Tx } from '../../platform/database/index.js';
import { centsOf } from '../stripe/cents.js';
import { extOpId, ExtOps, type EffectKind } from '../stripe/ext-ops.js';
import type { ExtOp } from '../stripe/ext-ops.repository.js';
import type { StripeFailure } from '../stripe/stripe.problems.js';
import { transferSeen } from './account.snapshot.js';
import { AccountSync } from './account.sync.js';
import { transferGroupOf } from './batch.rules.js';
import { PayoutBooks } from './payout.books.js';
import type { PayoutRow } from './payout.entity.js';
import type { NewPayout } from './payouts.repository.js';
import { PayoutsRepository } from './payouts.repository.js';
import { RecipientsRepository } from './recipients.repository.js';

const KIND = 'payout';
const READ_MAX = 100;

type Brake = (tx: Tx, payout: PayoutRow) => Promise<string | null>;

/** The one Transfer of each payout: from our Stripe balance to the contributor's account. */
@Injectable()
export class PayoutTransfers implements EffectKind<Stripe.Transfer> {
  readonly kind = KIND;
  private brake: Brake | null = null;

  constructor(
    private readonly payouts: PayoutsRepository,
    private readonly recipients: RecipientsRepository,
    private readonly books: PayoutBooks,
    private readonly sync: AccountSync,
    private readonly ops: ExtOps,
    private readonly clock: Clock,
  ) {}

  /** What is asked about each payout right before it leaves: why it does not, null when it does. Once, before the first pass. */
  heed(brake: Brake): void {
    this.brake = brake;
  }

  async unwanted(tx: Tx, { subject }: ExtOp): Promise<string | null> {
    const payout = await this.payouts.get(tx, subject);
    assert(payout && this.brake, `nobody knows whether ${subject} may leave`);
    return this.brake(tx, payout);
  }

  /** Sets a payout aside and has it sent after the commit. False when the contributor has one of that day. Repeatable. */
  async plan(tx: Tx, payout: NewPayout): Promise<boolean> {
    if (!(await this.payouts.insert(tx, payout, this.clock.now()))) return false;
    const { id, mode, account: destination, day, amount } = payout;
    const op = extOpId(id, 'transfer');
    const request = {
      amount: centsOf(amount),
      currency: 'usd',
      destination,
      transfer_group: transferGroupOf(mode, day),
      metadata: { payout_id: id, ext_op_id: op },
    };
    await this.ops.queue(tx, { id: op, mode, kind: KIND, subject: id, request });
    await this.books.plan(tx, payout);
    return true;
  }

  send(stripe: Stripe, { request }: ExtOp, idempotencyKey: string): Promise<Stripe.Transfer> {
    return stripe.transfers.create(request as unknown as Stripe.TransferCreateParams, { idempotencyKey });
  }

  async find(stripe: Stripe, { id, request }: ExtOp): Promise<Stripe.Transfer | null> {
    const { transfer_group, destination } = request as { transfer_group: string; destination: string };
    const list = stripe.transfers.list({ transfer_group, destination, limit: READ_MAX });
    for await (const transfer of list) if (transfer.metadata['ext_op_id'] === id) return transfer;
    return null;
  }

  async apply(tx: Tx, mode: Mode, transfer: Stripe.Transfer): Promise<void> {
    await this.sync.applyTransfer(tx, mode, transferSeen(transfer));
  }

  /** What was set aside is payable again, and goes with a later batch; the account is asked what is wrong with it. */
  async refused(tx: Tx, { subject }: ExtOp, { reason }: StripeFailure): Promise<void> {
    const now = this.clock.now();
    const payout = await this.payouts.get(tx, subject);
    if (!payout) return;
    await this.recipients.lookAgain(tx, payout.recipient_id, now);
    if (!(await this.payouts.advance(tx, subject, 'refuse', now, { reason }))) return;
    await this.books.release(tx, payout);
  }
}
