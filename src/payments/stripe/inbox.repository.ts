import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import { INBOX_TRANSITIONS, type InboxMove, type InboxState } from './inbox.machine.js';

/** An event that Stripe told. What it says of the object is not kept: the object is asked for anew. */
export interface InboxEvent {
  /** Stripe's: `evt_…`. */
  readonly id: string;
  readonly mode: Mode;
  readonly type: string;
  /** Of what it is about; null when it is about no single thing. */
  readonly object_id: string | null;
  /** The connected account that it happened on; null for our own. */
  readonly account: string | null;
  readonly state: InboxState;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly due_at: Instant;
  readonly received_at: Instant;
}

export type NewInboxEvent = Pick<InboxEvent, 'id' | 'mode' | 'type' | 'object_id' | 'account'>;
type Row = InboxEvent & Record<string, unknown>;

@Injectable()
export class InboxRepository {
  /** False when it was there already. */
  async insert(tx: Tx, event: NewInboxEvent, state: 'waiting' | 'ignored', now: Instant): Promise<boolean> {
    const { id, mode, type, object_id, account } = event;
    const count = await sqlCount(
      tx,
      `INSERT INTO inbox_event (id, mode, type, object_id, account, state, due_at, received_at) VALUES ($1, $2, $3, $4, $5, $7, $6, $6)
       ON CONFLICT (id) DO NOTHING`,
      [id, mode, type, object_id, account, new Date(now), state],
    );
    return count === 1;
  }

  /** Due ones, oldest first, put off until `lease` so that no other process takes them meanwhile. */
  async claimDue(tx: Tx, modes: readonly Mode[], now: Instant, lease: Instant, limit: number): Promise<InboxEvent[]> {
    return sql<Row>(
      tx,
      `UPDATE inbox_event SET due_at = $3, attempts = attempts + 1 WHERE id IN (
         SELECT id FROM inbox_event WHERE state = 'waiting' AND due_at <= $1 AND mode = ANY($2)
          ORDER BY due_at, received_at LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING *`,
      [new Date(now), modes, new Date(lease), limit],
    );
  }

  async advance(tx: Tx, id: string, event: InboxMove, at: Instant) {
    return advance(tx, { table: 'inbox_event', transitions: INBOX_TRANSITIONS, id, event, at });
  }

  /** Removes ended ones last taken up before `before`, oldest first; answers how many. */
  async forget(tx: Tx, before: Instant, limit: number): Promise<number> {
    const old = `SELECT id FROM inbox_event WHERE state <> 'waiting' AND due_at < $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`;
    return sqlCount(tx, `DELETE FROM inbox_event WHERE id IN (${old})`, [new Date(before), limit]);
  }

  async postpone(tx: Tx, id: string, due_at: Instant, error: string): Promise<void> {
    await sql(tx, 'UPDATE inbox_event SET due_at = $2, last_error = $3 WHERE id = $1', [id, new Date(due_at), error]);
  }
}
