import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../../platform/database/index.js';
import { advance } from '../../../platform/lifecycle/transitions.js';
import { TOP_UP_TRANSITIONS, type TopUpEvent } from './top-up.machine.js';
import type { TopUpRow } from './top-up.entity.js';

type Row = TopUpRow & Record<string, unknown>;
type SecondCharge = { readonly payment_intent: string; readonly charge: string; readonly top_up_id: string };
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
    return sqlOne<Row>(
      tx,
      `SELECT * FROM top_up WHERE charge = $1 OR payment_intent = $1
           OR id = (SELECT top_up_id FROM card_second_charge WHERE charge = $1 OR payment_intent = $1) FOR UPDATE`,
      [stripeId],
    );
  }

  /** A charge beside the one that was credited; true when it was new. */
  async insertSecond(tx: Tx, row: SecondCharge, at: Instant): Promise<boolean> {
    const { payment_intent, charge, top_up_id } = row;
    const count = await sqlCount(
      tx,
      `INSERT INTO card_second_charge (payment_intent, charge, top_up_id, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (payment_intent) DO NOTHING`,
      [payment_intent, charge, top_up_id, new Date(at)],
    );
    return count === 1;
  }

  /** What Stripe took for a second charge; true when that was not known. */
  async noteSecondFee(tx: Tx, payment_intent: string, fee: bigint): Promise<boolean> {
    const text = 'UPDATE card_second_charge SET fee = $2 WHERE payment_intent = $1 AND fee IS NULL';
    return (await sqlCount(tx, text, [payment_intent, fee])) === 1;
  }

  /** An agent's, newest first, those before the id `before` when it is given. */
  async list(tx: Tx, agentId: string, before: string | null, limit: number): Promise<TopUpRow[]> {
    return sql<Row>(
      tx,
      'SELECT * FROM top_up WHERE agent_id = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3',
      [agentId, before, limit],
    );
  }

  /** Payment intents of those that were begun before `before` and still wait for their cardholder, oldest first. */
  async waitingSince(tx: Tx, mode: Mode, before: Instant, limit: number): Promise<string[]> {
    const rows = await sql<{ payment_intent: string }>(
      tx,
      `SELECT payment_intent FROM top_up WHERE state = 'requires_action' AND mode = $1 AND created_at < $2 ORDER BY created_at LIMIT $3`,
      [mode, new Date(before), limit],
    );
    return rows.map(({ payment_intent }) => payment_intent);
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
