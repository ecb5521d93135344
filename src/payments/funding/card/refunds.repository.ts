import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../../platform/database/index.js';
import { advance } from '../../../platform/lifecycle/transitions.js';
import { REFUND_TRANSITIONS, type RefundEvent } from './refund.machine.js';
import type { CardRefundRow, Shares } from './top-up.entity.js';

type Row = CardRefundRow & Record<string, unknown>;

@Injectable()
export class RefundsRepository {
  /** One that we ask for. False when it was asked for before: then nothing changes. */
  async insert(
    tx: Tx,
    row: Pick<CardRefundRow, 'id' | 'top_up_id' | 'amount' | 'cause'>,
    at: Instant,
  ): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `INSERT INTO card_refund (id, top_up_id, amount, state, cause, created_at) VALUES ($1, $2, $3, 'requested', $4, $5)
       ON CONFLICT (id) DO NOTHING`,
      [row.id, row.top_up_id, row.amount, row.cause, new Date(at)],
    );
    return count === 1;
  }

  /** One that somebody else made at Stripe, with who bears it. */
  async insertMade(tx: Tx, row: Pick<CardRefundRow, 'id' | 'top_up_id' | 'amount'>, shares: Shares, at: Instant) {
    await sql(
      tx,
      `INSERT INTO card_refund (id, top_up_id, amount, state, cause, refund, from_agent, from_reserve, from_losses, created_at)
       VALUES ($1, $2, $3, 'made', 'elsewhere', $1, $4, $5, $6, $7)`,
      [row.id, row.top_up_id, row.amount, shares.from_agent, shares.from_reserve, shares.from_losses, new Date(at)],
    );
  }

  /** Who bears one that had counted as refused. */
  async bear(tx: Tx, id: string, { from_agent, from_reserve, from_losses }: Shares): Promise<void> {
    const text = 'UPDATE card_refund SET from_agent = $2, from_reserve = $3, from_losses = $4 WHERE id = $1';
    await sql(tx, text, [id, from_agent, from_reserve, from_losses]);
  }

  async lock(tx: Tx, id: string): Promise<CardRefundRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM card_refund WHERE id = $1 FOR UPDATE', [id]);
  }

  /** What is asked for and not yet made, in micros. */
  async requested(tx: Tx, topUpId: string): Promise<bigint> {
    const text = `SELECT coalesce(sum(amount), 0)::bigint AS amount FROM card_refund WHERE top_up_id = $1 AND state = 'requested'`;
    return (await sqlOne<{ amount: bigint }>(tx, text, [topUpId]))!.amount;
  }

  async advance(tx: Tx, id: string, event: RefundEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'card_refund', transitions: REFUND_TRANSITIONS, id, event, at, set });
  }
}
