import { Injectable } from '@nestjs/common';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../../platform/database/index.js';
import { advance } from '../../../platform/lifecycle/transitions.js';
import { TOP_UP_TRANSITIONS, type TopUpEvent } from './top-up.machine.js';
import type { TopUpRow } from './top-up.entity.js';

type Row = TopUpRow & Record<string, unknown>;
export type NewTopUp = Pick<
  TopUpRow,
  'id' | 'mode' | 'agent_id' | 'amount' | 'is_automatic' | 'payment_method' | 'created_at'
>;

@Injectable()
export class TopUpsRepository {
  async insert(tx: Tx, row: NewTopUp): Promise<void> {
    const { id, mode, agent_id, amount, is_automatic, payment_method, created_at } = row;
    await sql(
      tx,
      `INSERT INTO top_up (id, mode, agent_id, amount, state, is_automatic, payment_method, created_at)
       VALUES ($1, $2, $3, $4, 'created', $5, $6, $7)`,
      [id, mode, agent_id, amount, is_automatic, payment_method, new Date(created_at)],
    );
  }

  async get(tx: Tx, id: string): Promise<TopUpRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM top_up WHERE id = $1', [id]);
  }

  /** As `get`, and nobody else changes it until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<TopUpRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM top_up WHERE id = $1 FOR UPDATE', [id]);
  }

  /** The one a charge or payment intent of Stripe belongs to, locked; null for payments that are not ours. */
  async lockOf(tx: Tx, stripeId: string): Promise<TopUpRow | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM top_up WHERE charge = $1 OR payment_intent = $1 FOR UPDATE', [stripeId]);
  }

  /** An agent's, newest first, those before the id `before` when it is given. */
  async list(tx: Tx, agentId: string, before: string | null, limit: number): Promise<TopUpRow[]> {
    return sql<Row>(
      tx,
      'SELECT * FROM top_up WHERE agent_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3',
      [agentId, before, limit],
    );
  }

  async advance(tx: Tx, id: string, event: TopUpEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'top_up', transitions: TOP_UP_TRANSITIONS, id, event, at, set });
  }

  /** What Stripe told of it, without a change of state. */
  async note(tx: Tx, id: string, { fee }: { readonly fee: bigint }): Promise<void> {
    await sql(tx, 'UPDATE top_up SET fee = $2 WHERE id = $1 AND fee IS NULL', [id, fee]);
  }

  async addRefunded(tx: Tx, id: string, amount: bigint): Promise<TopUpRow> {
    return (await sqlOne<Row>(tx, 'UPDATE top_up SET refunded = refunded + $2 WHERE id = $1 RETURNING *', [
      id,
      amount,
    ]))!;
  }

  /** Automatic ones of an agent since an instant: what they charged or may still charge, and whether one is on its way. */
  async automaticSince(tx: Tx, agentId: string, since: Instant): Promise<{ charged: bigint; is_under_way: boolean }> {
    const row = await sqlOne<{ charged: bigint; is_under_way: boolean }>(
      tx,
      `SELECT coalesce(sum(amount) FILTER (WHERE state <> 'failed' AND created_at > $2), 0)::bigint AS charged,
              coalesce(bool_or(state IN ('created', 'requires_action', 'processing')), false) AS is_under_way
         FROM top_up WHERE agent_id = $1 AND is_automatic`,
      [agentId, new Date(since)],
    );
    return row!;
  }
}
