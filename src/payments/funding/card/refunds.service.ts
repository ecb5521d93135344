import { Inject, Injectable, Optional } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';
import { assert } from '../../../kernel/assert.js';
import { Clock } from '../../../kernel/clock.js';
import { DomainError, found } from '../../../kernel/problem.js';
import type { Principal } from '../../../identity/index.js';
import { UnitOfWork, type Command, type Tx } from '../../../platform/database/index.js';
import { CARD_FAILPOINT, passCardFailpoint, type CardFailpoints } from '../../stripe/card.failpoints.js';
import { floorCents, microsOf } from '../../stripe/cents.js';
import { extOpId, ExtOps, type EffectKind } from '../../stripe/ext-ops.js';
import type { ExtOp } from '../../stripe/ext-ops.repository.js';
import { CardBooks } from './card.books.js';
import { CardFreezes } from './card.freezes.js';
import { RefundsRepository } from './refunds.repository.js';
import type { CardRefundRow, TopUpRow } from './top-up.entity.js';
import { refundView } from './top-up.view.js';
import { TopUpsRepository } from './top-ups.repository.js';

const KIND = 'card_refund';
const PAGE_MAX = 100;
/** What Stripe is told. */
const REASONS = { request: 'requested_by_customer', fraud_warning: 'fraudulent', second_charge: 'duplicate' } as const;

/** Money back to the card it came from: only what is still there, and without the fee that Stripe keeps. */
@Injectable()
export class CardRefunds implements EffectKind<Stripe.Refund> {
  readonly kind = KIND;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly topUps: TopUpsRepository,
    private readonly refunds: RefundsRepository,
    private readonly freezes: CardFreezes,
    private readonly books: CardBooks,
    private readonly ops: ExtOps,
    private readonly clock: Clock,
    @Optional() @Inject(CARD_FAILPOINT) private readonly at: CardFailpoints = passCardFailpoint,
  ) {
    ops.register(this);
  }

  /** @throws {DomainError} `top_up_state`, `account_frozen`, `insufficient_funds`. */
  async request(command: Command, caller: Principal, id: string, asked: bigint | null) {
    const answer = await this.unitOfWork.once(command, async (tx) => {
      const row = await this.topUps.lock(tx, id);
      const topUp = found(row?.agent_id === caller.id ? row : null, id);
      if (topUp.state !== 'succeeded')
        throw new DomainError('top_up_state', `${id} is ${topUp.state}`, { state: topUp.state });
      if (await this.freezes.isFrozen(tx, topUp.agent_id))
        throw new DomainError('account_frozen', 'nothing is refunded while a payment of this account is disputed');
      const most = await this.refundable(tx, topUp);
      const amount = asked ?? most;
      if (amount === 0n || amount > most)
        throw new DomainError('insufficient_funds', 'this is more than is left of the top-up and of the balance');
      const refund = await this.ask(tx, topUp, amount, 'request', command.key);
      this.at('refund.request.before_commit');
      return refundView(refund);
    });
    this.at('refund.request.after_commit');
    return answer;
  }

  /** Sends back what is there of a payment that its card's bank calls fraud, frozen or not. Repeatable: a warning refunds once. */
  async refundFraud(tx: Tx, topUp: TopUpRow, warning: string): Promise<void> {
    const amount = await this.refundable(tx, topUp);
    if (topUp.state === 'succeeded' && amount > 0n) await this.ask(tx, topUp, amount, 'fraud_warning', warning);
  }

  /** Sends all of a second charge for one top-up back, frozen or not. Once a charge, in the transaction that credits it. */
  async refundSecond(tx: Tx, topUp: TopUpRow, charge: string): Promise<void> {
    await this.ask(tx, topUp, topUp.amount, 'second_charge', charge, charge);
  }

  send(stripe: Stripe, { request }: ExtOp, idempotencyKey: string): Promise<Stripe.Refund> {
    return stripe.refunds.create(request as Stripe.RefundCreateParams, { idempotencyKey });
  }

  async find(stripe: Stripe, { id, request }: ExtOp): Promise<Stripe.Refund | null> {
    const list = stripe.refunds.list({ charge: String(request['charge']), limit: PAGE_MAX });
    for await (const refund of list) if (refund.metadata?.['ext_op_id'] === id) return refund;
    return null;
  }

  async apply(tx: Tx, _mode: Mode, refund: Stripe.Refund): Promise<void> {
    const topUp = await this.topUps.lockOf(tx, idOf(refund.charge) ?? '');
    if (!topUp) return;
    const row = await this.rowOf(tx, refund);
    const failed = refund.status === 'failed' || refund.status === 'canceled';
    // One that had failed before we heard that it was made never counts: others may have taken its room since.
    const counts = idOf(refund.charge) === topUp.charge && !(failed && row?.state !== 'made');
    const made = row
      ? await this.make(tx, topUp, row, refund.id, counts)
      : await this.takeForeign(tx, topUp, refund, counts);
    if (failed) await this.fail(tx, topUp, made, refund.id, counts);
  }

  /** The row that asked for it, unless that has another refund already; else its own. */
  private async rowOf(tx: Tx, { id, metadata }: Stripe.Refund): Promise<CardRefundRow | null> {
    const asked = await this.refunds.lock(tx, metadata?.['ext_op_id'] ?? id);
    return asked && (asked.refund ?? id) === id ? asked : this.refunds.lock(tx, id);
  }

  async refused(tx: Tx, { id, subject }: ExtOp): Promise<void> {
    const row = await this.refunds.lock(tx, id);
    const topUp = await this.topUps.lock(tx, subject);
    assert(row && topUp, `the refund ${id} does not exist`);
    if (await this.refunds.advance(tx, id, 'refuse', this.clock.now()))
      await this.books.endRefund(tx, topUp, row, null);
  }

  /** Micros, whole cents: what neither went back nor is on its way, as far as the agent has it. */
  private async refundable(tx: Tx, topUp: TopUpRow): Promise<bigint> {
    const left = topUp.amount - topUp.refunded - (await this.refunds.requested(tx, topUp.id));
    const available = microsOf(floorCents(await this.books.available(tx, topUp)));
    return available < left ? available : left;
  }

  private async ask(
    tx: Tx,
    topUp: TopUpRow,
    amount: bigint,
    cause: keyof typeof REASONS,
    key: string,
    charge = topUp.charge,
  ): Promise<CardRefundRow> {
    const id = refundId(topUp, key);
    const row = { id, top_up_id: topUp.id, amount, cause };
    // The row, which stays, says that it was asked for: the effect is forgotten when it is long done.
    if (!(await this.refunds.insert(tx, row, this.clock.now()))) return (await this.refunds.lock(tx, id))!;
    const metadata = { ext_op_id: id, top_up_id: topUp.id };
    const request = { charge, amount: floorCents(amount), reason: REASONS[cause], metadata };
    await this.ops.queue(tx, { id, mode: topUp.mode, kind: KIND, subject: topUp.id, request });
    await this.books.setRefundAside(tx, topUp, row);
    return (await this.refunds.lock(tx, id))!;
  }

  private async make(
    tx: Tx,
    topUp: TopUpRow,
    row: CardRefundRow,
    refund: string,
    counts: boolean,
  ): Promise<CardRefundRow> {
    const moved = await this.refunds.advance(tx, row.id, 'make', this.clock.now(), { refund });
    if (!moved) return row;
    let made = row;
    if (moved.from === 'refused') {
      // It had counted as refused, so nothing is set aside any more: the money is gone as by a dispute.
      const shares = await this.books.takeBack(tx, topUp, row.amount, { cause: refund, reference: refund });
      await this.refunds.bear(tx, row.id, shares);
      made = { ...row, ...shares };
    } else await this.books.endRefund(tx, topUp, row, refund);
    if (counts) await this.count(tx, topUp, row.amount);
    return made;
  }

  /** Somebody refunded past us, such as in Stripe's dashboard: the money is gone, so it is taken like a dispute. */
  private async takeForeign(
    tx: Tx,
    topUp: TopUpRow,
    { id, amount }: Stripe.Refund,
    counts: boolean,
  ): Promise<CardRefundRow> {
    const row = { id, top_up_id: topUp.id, amount: microsOf(amount) };
    const shares = await this.books.takeBack(tx, topUp, row.amount, { cause: id, reference: id });
    await this.refunds.insertMade(tx, row, shares, this.clock.now());
    if (counts) await this.count(tx, topUp, row.amount);
    return (await this.refunds.lock(tx, id))!;
  }

  private async fail(tx: Tx, topUp: TopUpRow, row: CardRefundRow, refund: string, counts: boolean): Promise<void> {
    if (!(await this.refunds.advance(tx, row.id, 'fail', this.clock.now()))) return;
    const { from_agent, from_reserve, from_losses } = row;
    if (from_agent === null || from_reserve === null || from_losses === null)
      await this.books.returnRefund(tx, topUp, row, refund);
    else {
      const borne = { from_agent, from_reserve, from_losses };
      await this.books.restore(tx, topUp, row.amount, borne, { cause: refund, reference: refund });
    }
    if (!counts) return;
    await this.topUps.addRefunded(tx, topUp.id, -row.amount);
    await this.topUps.advance(tx, topUp.id, 'unrefund', this.clock.now());
  }

  private async count(tx: Tx, topUp: TopUpRow, amount: bigint): Promise<void> {
    const { refunded } = await this.topUps.addRefunded(tx, topUp.id, amount);
    if (refunded < topUp.amount) return;
    await this.topUps.advance(tx, topUp.id, 'refund', this.clock.now());
    await this.freezes.liftWarnings(tx, topUp.id, this.clock.now());
  }
}

const refundId = (topUp: Pick<TopUpRow, 'id'>, key: string): string => extOpId(topUp.id, `refund:${key}`);

export const idOf = (thing: string | { readonly id: string } | null | undefined): string | null =>
  typeof thing === 'string' ? thing : (thing?.id ?? null);
