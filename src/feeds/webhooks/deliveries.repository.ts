import { Injectable } from '@nestjs/common';
import type { DeliveryOutcome, EventType, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../platform/database/index.js';
import { advanceRow } from '../../platform/lifecycle/advance-row.js';
import { DELIVERY_TRANSITIONS, type DeliveryEvent, type DeliveryState } from './delivery.machine.js';
import type { DeliveryRow, Message } from './webhook.entity.js';

type Row = DeliveryRow & Record<string, unknown>;

/** When a new delivery is due, and when it is given up. */
export interface Term {
  readonly now: Instant;
  readonly give_up_at: Instant;
}

/** Whom a card is for: those whose filter it passes, and of them its funders alone while it is exclusive. */
export interface CardAudience {
  readonly mode: Mode;
  readonly kind: string;
  readonly cell: string;
  readonly funders: readonly string[];
  readonly is_public: boolean;
}

/** Deliveries, one for each endpoint and message: making one again changes nothing. */
@Injectable()
export class DeliveriesRepository {
  /** For the endpoints of an event's audience that ask for its type; answers how many were made. */
  async insertForEvent(
    tx: Tx,
    message: Message & { readonly type: EventType },
    to: { readonly mode: Mode; readonly audience: readonly string[] },
    term: Term,
  ): Promise<number> {
    const where = `state = 'active' AND mode = $7 AND owner_id = ANY($8) AND $2 = ANY(events)`;
    return sqlCount(tx, insertFor('$3', where), [...values(message, term), to.mode, to.audience]);
  }

  /** The funder's card shows its bounty, and that it reads free. */
  async insertForCard(
    tx: Tx,
    cards: { readonly ofFunder: Message; readonly ofOthers: Message },
    { mode, kind, cell, funders, is_public }: CardAudience,
    term: Term,
  ): Promise<number> {
    const where = `state = 'active' AND mode = $7 AND has_cards AND (card_kind IS NULL OR card_kind = $8) AND (card_cell IS NULL OR card_cell = $9)
         AND (owner_id = ANY($10) OR $11)`;
    return sqlCount(tx, insertFor('CASE WHEN owner_id = ANY($10) THEN $12 ELSE $3 END', where), [
      ...values(cards.ofOthers, term),
      mode,
      kind,
      cell,
      funders,
      is_public,
      cards.ofFunder.body,
    ]);
  }

  async insertFor(tx: Tx, endpointId: string, message: Message, term: Term): Promise<number> {
    return sqlCount(tx, insertFor('$3', 'id = $7'), [...values(message, term), endpointId]);
  }

  async get(tx: Tx, endpointId: string, messageId: string): Promise<DeliveryRow | null> {
    const text = 'SELECT * FROM webhook_delivery WHERE endpoint_id = $1 AND message_id = $2';
    return sqlOne<Row>(tx, text, [endpointId, messageId]);
  }

  /** Newest first, those before the place `before` when given. */
  async list(
    tx: Tx,
    endpointId: string,
    page: { readonly state: DeliveryState | null; readonly before: bigint | null; readonly limit: number },
  ): Promise<DeliveryRow[]> {
    return sql<Row>(
      tx,
      `SELECT * FROM webhook_delivery WHERE endpoint_id = $1 AND ($2::text IS NULL OR state = $2) AND ($3::bigint IS NULL OR seq < $3)
        ORDER BY seq DESC LIMIT $4`,
      [endpointId, page.state, page.before, page.limit],
    );
  }

  /** Due ones in the order they fell due, counted as tried and put off until `lease`, by when their attempt counts as lost. */
  async claimDue(tx: Tx, endpointId: string, now: Instant, lease: Instant, limit: number): Promise<DeliveryRow[]> {
    const rows = await sql<Row>(
      tx,
      `UPDATE webhook_delivery SET due_at = $3, attempts = attempts + 1 WHERE endpoint_id = $1 AND message_id IN (
         SELECT message_id FROM webhook_delivery WHERE endpoint_id = $1 AND state = 'pending' AND due_at <= $2
          ORDER BY due_at, seq LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING *`,
      [endpointId, new Date(now), new Date(lease), limit],
    );
    return rows.sort((a, b) => (a.seq < b.seq ? -1 : 1));
  }

  /** Null when it was in no state that has the event. */
  async advance(
    tx: Tx,
    { endpoint_id, message_id }: Pick<DeliveryRow, 'endpoint_id' | 'message_id'>,
    event: DeliveryEvent,
    set: Readonly<Record<string, unknown>>,
  ) {
    const key = { endpoint_id, message_id };
    return advanceRow(tx, { table: 'webhook_delivery', transitions: DELIVERY_TRANSITIONS, event, key, set });
  }

  /** After a failed attempt. Nothing when somebody else has tried it since. */
  async postpone(
    tx: Tx,
    { endpoint_id, message_id, attempts }: DeliveryRow,
    due_at: Instant,
    last: { readonly status: number | null; readonly outcome: DeliveryOutcome },
  ): Promise<void> {
    await sql(
      tx,
      `UPDATE webhook_delivery SET due_at = $4, last_status = $5, last_outcome = $6
        WHERE endpoint_id = $1 AND message_id = $2 AND attempts = $3 AND state = 'pending'`,
      [endpoint_id, message_id, attempts, new Date(due_at), last.status, last.outcome],
    );
  }

  /** An attempt that this process gave up itself does not count. */
  async handBack(tx: Tx, { endpoint_id, message_id, attempts }: DeliveryRow, now: Instant): Promise<void> {
    await sql(
      tx,
      `UPDATE webhook_delivery SET due_at = $4, attempts = attempts - 1
        WHERE endpoint_id = $1 AND message_id = $2 AND attempts = $3 AND state = 'pending'`,
      [endpoint_id, message_id, attempts, new Date(now)],
    );
  }

  /** Given up, of what happened since; oldest first. */
  async deadSince(tx: Tx, endpointId: string, since: Instant, limit: number): Promise<DeliveryRow[]> {
    return sql<Row>(
      tx,
      `SELECT * FROM webhook_delivery WHERE endpoint_id = $1 AND state = 'dead' AND occurred_at >= $2 ORDER BY occurred_at, seq LIMIT $3`,
      [endpointId, new Date(since), limit],
    );
  }

  /** Forgets what ended and is old, and what was for endpoints that are no more; at most `limit` of each. Repeatable. */
  async purge(tx: Tx, before: Instant, limit: number): Promise<void> {
    const old = `SELECT endpoint_id, message_id FROM webhook_delivery WHERE state <> 'pending' AND created_at < $1 LIMIT $2`;
    await sql(tx, `DELETE FROM webhook_delivery WHERE (endpoint_id, message_id) IN (${old})`, [
      new Date(before),
      limit,
    ]);
    const orphans = `SELECT d.endpoint_id, d.message_id FROM webhook_endpoint e JOIN webhook_delivery d ON d.endpoint_id = e.id
                      WHERE e.state = 'deleted' LIMIT $1`;
    await sql(tx, `DELETE FROM webhook_delivery WHERE (endpoint_id, message_id) IN (${orphans})`, [limit]);
  }
}

/** Parameters 1 to 6 are those of `values`. */
const insertFor = (body: string, where: string): string =>
  `INSERT INTO webhook_delivery (endpoint_id, message_id, type, body, state, due_at, give_up_at, occurred_at, created_at)
   SELECT id, $1, $2, ${body}, 'pending', $4, $5, $6, $4 FROM webhook_endpoint WHERE ${where}
   ON CONFLICT (endpoint_id, message_id) DO NOTHING`;

const values = ({ id, type, body, occurred_at }: Message, { now, give_up_at }: Term): unknown[] => [
  id,
  type,
  body,
  new Date(now),
  new Date(give_up_at),
  new Date(occurred_at),
];
