import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { Clock } from '../../kernel/clock.js';
import type { Tx } from '../../platform/database/index.js';
import { centsOf, microsOf } from '../stripe/cents.js';
import { extOpId, ExtOps, type EffectKind } from '../stripe/ext-ops.js';
import type { ExtOp } from '../stripe/ext-ops.repository.js';
import type { StripeFailure } from '../stripe/stripe.problems.js';
import { PayoutBooks } from './payout.books.js';
import type { PayoutRow } from './payout.entity.js';
import { PayoutsRepository } from './payouts.repository.js';

const KIND = 'payout_reversal';
const READ_MAX = 100;

/** Takes payouts back out of a contributor's Stripe account, when its bank does not take them. */
@Injectable()
export class Reversals implements EffectKind<Stripe.TransferReversal> {
  readonly kind = KIND;

  constructor(
    private readonly payouts: PayoutsRepository,
    private readonly books: PayoutBooks,
    private readonly ops: ExtOps,
    private readonly clock: Clock,
  ) {}

  /** Asks for what is left of a payout that `bankPayout` did not bring to its bank. Repeatable: once for each time it came back. */
  async ask(tx: Tx, { id, mode, transfer, amount, reversed }: PayoutRow, bankPayout: string): Promise<void> {
    const op = extOpId(id, `reversal:${bankPayout}`);
    const metadata = { payout_id: id, ext_op_id: op };
    const request = { transfer, amount: centsOf(amount - reversed), metadata };
    await this.ops.queue(tx, { id: op, mode, kind: KIND, subject: id, request });
  }

  /** Books a reversal that Stripe shows, whoever asked for it. Repeatable. */
  async take(
    tx: Tx,
    transfer: string,
    { id, amount }: { readonly id: string; readonly amount: bigint },
  ): Promise<void> {
    const payout = await this.payouts.ofTransfer(tx, transfer);
    if (!payout || payout.reversals.includes(id)) return;
    await this.books.takeBack(tx, payout, id, amount);
    await this.payouts.addReversal(tx, payout.id, id, amount);
    if (payout.reversed + amount === payout.amount)
      await this.payouts.advance(tx, payout.id, 'return', this.clock.now());
  }

  send(stripe: Stripe, { request }: ExtOp, idempotencyKey: string): Promise<Stripe.TransferReversal> {
    const { transfer, ...rest } = request as unknown as { transfer: string } & Stripe.TransferCreateReversalParams;
    return stripe.transfers.createReversal(transfer, rest, { idempotencyKey });
  }

  async find(stripe: Stripe, { id, request }: ExtOp): Promise<Stripe.TransferReversal | null> {
    const list = stripe.transfers.listReversals(request['transfer'] as string, { limit: READ_MAX });
    for await (const reversal of list) if (reversal.metadata?.['ext_op_id'] === id) return reversal;
    return null;
  }

  async apply(tx: Tx, _mode: Mode, reversal: Stripe.TransferReversal): Promise<void> {
    const transfer = typeof reversal.transfer === 'string' ? reversal.transfer : reversal.transfer.id;
    await this.take(tx, transfer, { id: reversal.id, amount: microsOf(reversal.amount) });
  }

  /** The account does not have it any more: Stripe is sending it to another bank account, or somebody else took it back. */
  async refused(tx: Tx, { subject }: ExtOp, _failure: StripeFailure): Promise<void> {
    await this.payouts.advance(tx, subject, 'keep', this.clock.now());
  }
}
