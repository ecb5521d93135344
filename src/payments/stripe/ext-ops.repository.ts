import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import { EXT_OP_TRANSITIONS, type ExtOpEvent, type ExtOpState } from './ext-op.machine.js';

/** An effect at the card processor: what it is for, and the request exactly as it is sent each time. */
export interface ExtOp {
  /** Follows from the cause; also the idempotency key of the first try, and `metadata.ext_op_id` at Stripe. */
  readonly id: string;
  readonly mode: Mode;
  /** Names the code that sends it, such as `top_up`. */
  readonly kind: string;
  /** What it acts for, such as `top_…`. */
  readonly subject: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly state: ExtOpState;
  readonly attempts: number;
  /** How many keys were given up because a failure may be kept under them. */
  readonly keys_spent: number;
  /** Since when the present key is known to answer with a failure of an earlier try; null while it may still tell the truth. */
  readonly kept_at: Instant | null;
  /** Earliest time of the next try; while it is sent, when its answer counts as lost. */
  readonly due_at: Instant;
  /** What it made at Stripe; null until that is known. */
  readonly object_id: string | null;
  /** What Stripe said last against it; null when nothing. */
  readonly reason: string | null;
  readonly created_at: Instant;
}

export type NewExtOp = Pick<ExtOp, 'id' | 'mode' | 'kind' | 'subject' | 'request'>;
type Row = ExtOp & Record<string, unknown>;

@Injectable()
export class ExtOpsRepository {
  /** Repeatable: the same id is the same effect. */
  async insert(tx: Tx, op: NewExtOp, now: Instant): Promise<void> {
    await sql(
      tx,
      `INSERT INTO ext_op (id, mode, kind, subject, request, state, due_at, created_at) VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6)
       ON CONFLICT (id) DO NOTHING`,
      [op.id, op.mode, op.kind, op.subject, op.request, new Date(now)],
    );
  }

  async get(tx: Tx, id: string): Promise<ExtOp | null> {
    return sqlOne<Row>(tx, 'SELECT * FROM ext_op WHERE id = $1', [id]);
  }

  /** Due ones, oldest first, locked for the transaction; what another process has is passed over. */
  async claimDue(tx: Tx, modes: readonly Mode[], now: Instant, limit: number): Promise<ExtOp[]> {
    return sql<Row>(
      tx,
      `SELECT * FROM ext_op WHERE state IN ('queued', 'sent', 'unknown') AND due_at <= $1 AND mode = ANY($2)
        ORDER BY due_at, created_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
      [new Date(now), modes, limit],
    );
  }

  async advance(tx: Tx, id: string, event: ExtOpEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'ext_op', transitions: EXT_OP_TRANSITIONS, id, event, at, set });
  }

  /** Removes ended ones last taken up before `before`, oldest first; answers how many. */
  async forget(tx: Tx, before: Instant, limit: number): Promise<number> {
    const old = `SELECT id FROM ext_op WHERE state IN ('done', 'refused') AND due_at < $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`;
    return sqlCount(tx, `DELETE FROM ext_op WHERE id IN (${old})`, [new Date(before), limit]);
  }

  /** When it is looked at again, without a change of its state. */
  async postpone(tx: Tx, id: string, due_at: Instant, reason: string): Promise<void> {
    await sql(tx, 'UPDATE ext_op SET due_at = $2, reason = $3 WHERE id = $1', [id, new Date(due_at), reason]);
  }
}
