import { Injectable } from '@nestjs/common';
import type { ExactPayload, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../../platform/database/index.js';
import { advance } from '../../../platform/lifecycle/transitions.js';
import { EXACT_TRANSITIONS, type ExactEvent, type ExactState } from './exact.machine.js';

/** How a payment for one read looks. `amount` in micros. */
export interface ExactRow {
  readonly id: string;
  readonly mode: Mode;
  readonly observation_id: Id<'observation'>;
  readonly payer: Hex;
  readonly amount: bigint;
  readonly state: ExactState;
  readonly payload: ExactPayload;
  /** The transaction that moved the money; null until it was seen. */
  readonly transaction: Hex | null;
  /** Why the money did not come; null otherwise. */
  readonly reason: string | null;
  readonly created_at: Instant;
}

@Injectable()
export class ExactRepository {
  get(tx: Tx, id: string): Promise<ExactRow | null> {
    return sqlOne<ExactRow & Record<string, unknown>>(tx, 'SELECT * FROM exact_payment WHERE id = $1', [id]);
  }

  /** False when this payment is noted already, for whatever it was. */
  async insert(
    tx: Tx,
    row: Pick<ExactRow, 'id' | 'mode' | 'observation_id' | 'payer' | 'amount' | 'payload'>,
    at: Instant,
  ): Promise<boolean> {
    const { id, mode, observation_id, payer, amount, payload } = row;
    const count = await sqlCount(
      tx,
      `INSERT INTO exact_payment (id, mode, observation_id, payer, amount, state, payload, created_at)
       VALUES ($1, $2, $3, $4, $5, 'submitted', $6, $7) ON CONFLICT (id) DO NOTHING`,
      [id, mode, observation_id, payer, amount, payload, new Date(at)],
    );
    return count === 1;
  }

  /** Payments that were noted before this moment and have not come to an end. */
  submitted(tx: Tx, mode: Mode, before: Instant, limit: number): Promise<ExactRow[]> {
    return sql<ExactRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM exact_payment WHERE mode = $1 AND state = 'submitted' AND created_at < $2 ORDER BY created_at LIMIT $3`,
      [mode, new Date(before), limit],
    );
  }

  advance(tx: Tx, id: string, event: ExactEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'exact_payment', transitions: EXACT_TRANSITIONS, id, event, at, set });
  }
}
