import { Injectable } from '@nestjs/common';
import type { DisputeSide, DisputeState, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { DisputeRow } from './dispute.entity.js';
import { DISPUTE_TRANSITIONS, type DisputeEvent } from './dispute.machine.js';

export type NewDispute = Pick<
  DisputeRow,
  | 'id'
  | 'mode'
  | 'capture_id'
  | 'bounty_id'
  | 'side'
  | 'opened_by'
  | 'reason_code'
  | 'text'
  | 'decide_by'
  | 'created_at'
>;

/** Whose disputes: one party's, or everybody's of a mode when `opened_by` is null. */
export interface DisputePage {
  readonly mode: Mode;
  readonly opened_by: string | null;
  readonly state: DisputeState | null;
  readonly after: string | null;
  readonly limit: number;
}

@Injectable()
export class DisputesRepository {
  async insert(tx: Tx, row: NewDispute): Promise<void> {
    await sql(
      tx,
      `INSERT INTO dispute (id, mode, capture_id, bounty_id, side, opened_by, state, reason_code, text, decide_by, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10)`,
      [
        row.id,
        row.mode,
        row.capture_id,
        row.bounty_id,
        row.side,
        row.opened_by,
        row.reason_code,
        row.text,
        new Date(row.decide_by),
        new Date(row.created_at),
      ],
    );
  }

  async get(tx: Tx, id: string): Promise<DisputeRow | null> {
    return sqlOne<DisputeRow>(tx, 'SELECT * FROM dispute WHERE id = $1', [id]);
  }

  /** The dispute of one side about a capture. */
  async of(tx: Tx, captureId: string, side: DisputeSide): Promise<DisputeRow | null> {
    return sqlOne<DisputeRow>(tx, 'SELECT * FROM dispute WHERE capture_id = $1 AND side = $2', [captureId, side]);
  }

  async list(tx: Tx, page: DisputePage): Promise<DisputeRow[]> {
    return sql<DisputeRow>(
      tx,
      `SELECT * FROM dispute WHERE mode = $1 AND ($2::text IS NULL OR opened_by = $2) AND ($3::text IS NULL OR state = $3)
          AND ($4::text IS NULL OR id > $4) ORDER BY id LIMIT $5`,
      [page.mode, page.opened_by, page.state, page.after, page.limit],
    );
  }

  async advance(tx: Tx, id: string, event: DisputeEvent, at: Instant, set: Readonly<Record<string, unknown>>) {
    return advance(tx, {
      table: 'dispute',
      transitions: DISPUTE_TRANSITIONS,
      id,
      event,
      at,
      set: { ...set, decided_at: new Date(at) },
    });
  }

  /** Open disputes whose deadline has passed. */
  async due(tx: Tx, now: Instant, limit: number): Promise<Id<'dispute'>[]> {
    const rows = await sql<{ id: Id<'dispute'> }>(
      tx,
      `SELECT id FROM dispute WHERE state = 'open' AND decide_by <= $1 ORDER BY decide_by LIMIT $2`,
      [new Date(now), limit],
    );
    return rows.map((row) => row.id);
  }

  /** What the upheld disputes of an agent were paid since an instant, in micros. */
  async refundedSince(tx: Tx, agentId: string, since: Instant): Promise<bigint> {
    const row = await sqlOne<{ paid: bigint }>(
      tx,
      'SELECT coalesce(sum(paid), 0)::bigint AS paid FROM dispute WHERE opened_by = $1 AND decided_at > $2',
      [agentId, new Date(since)],
    );
    return row!.paid;
  }
}
