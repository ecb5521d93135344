import { Injectable } from '@nestjs/common';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import { ENDPOINT_TRANSITIONS, type EndpointEvent } from './endpoint.machine.js';
import type { EndpointRow } from './webhook.entity.js';

type Row = EndpointRow & Record<string, unknown>;
export type NewEndpoint = Omit<
  EndpointRow,
  | 'state'
  | 'pause_reason'
  | 'paused_at'
  | 'secret_number'
  | 'previous_secret_until'
  | 'failing_since'
  | 'catch_up_events'
  | 'catch_up_cards'
>;
/** What an owner may set. */
export type EndpointTerms = Pick<
  EndpointRow,
  'url' | 'description' | 'events' | 'has_cards' | 'card_kind' | 'card_cell'
>;

@Injectable()
export class EndpointsRepository {
  async insert(tx: Tx, row: NewEndpoint): Promise<EndpointRow> {
    const made = await sqlOne<Row>(
      tx,
      `INSERT INTO webhook_endpoint (id, mode, owner_id, url, description, events, has_cards, card_kind, card_cell, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'active', $10) RETURNING *`,
      [
        row.id,
        row.mode,
        row.owner_id,
        row.url,
        row.description,
        row.events,
        row.has_cards,
        row.card_kind,
        row.card_cell,
        new Date(row.created_at),
      ],
    );
    return made!;
  }

  /** How many the owner has. Whoever counts one owner's at the same time waits until this transaction has ended. */
  async count(tx: Tx, ownerId: string): Promise<number> {
    await sql(tx, `SELECT pg_advisory_xact_lock(hashtextextended('webhook_endpoint ' || $1, 0))`, [ownerId]);
    const text = `SELECT count(*)::int AS count FROM webhook_endpoint WHERE owner_id = $1 AND state <> 'deleted'`;
    return (await sqlOne<{ count: number }>(tx, text, [ownerId]))!.count;
  }

  async list(tx: Tx, ownerId: string): Promise<EndpointRow[]> {
    const text = `SELECT * FROM webhook_endpoint WHERE owner_id = $1 AND state <> 'deleted' ORDER BY id`;
    return sql<Row>(tx, text, [ownerId]);
  }

  async get(tx: Tx, id: string): Promise<EndpointRow | null> {
    return sqlOne<Row>(tx, `SELECT * FROM webhook_endpoint WHERE id = $1 AND state <> 'deleted'`, [id]);
  }

  async lock(tx: Tx, id: string): Promise<EndpointRow | null> {
    return sqlOne<Row>(tx, `SELECT * FROM webhook_endpoint WHERE id = $1 AND state <> 'deleted' FOR UPDATE`, [id]);
  }

  async change(tx: Tx, id: string, terms: EndpointTerms): Promise<void> {
    await sql(
      tx,
      `UPDATE webhook_endpoint SET url = $2, description = $3, events = $4, has_cards = $5, card_kind = $6, card_cell = $7 WHERE id = $1`,
      [id, terms.url, terms.description, terms.events, terms.has_cards, terms.card_kind, terms.card_cell],
    );
  }

  /** Null when it was in no state that has the event. */
  async advance(
    tx: Tx,
    id: string,
    event: EndpointEvent,
    at: Instant,
    set: Partial<Record<keyof EndpointRow, unknown>>,
  ) {
    return advance(tx, { table: 'webhook_endpoint', transitions: ENDPOINT_TRANSITIONS, id, event, at, set });
  }

  async rotate(tx: Tx, id: string, previousUntil: Instant): Promise<EndpointRow> {
    const text = `UPDATE webhook_endpoint SET secret_number = secret_number + 1, previous_secret_until = $2 WHERE id = $1 RETURNING *`;
    return (await sqlOne<Row>(tx, text, [id, new Date(previousUntil)]))!;
  }

  /** Something got through. */
  async succeeded(tx: Tx, id: string): Promise<void> {
    await sql(tx, 'UPDATE webhook_endpoint SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL', [id]);
  }

  /** Nothing got through; answers since when. */
  async failed(tx: Tx, id: string, at: Instant): Promise<Instant> {
    const text = `UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, $2) WHERE id = $1 RETURNING failing_since`;
    return (await sqlOne<{ failing_since: Instant }>(tx, text, [id, new Date(at)]))!.failing_since;
  }

  /** Active ones with something to send now. */
  async withDue(tx: Tx, now: Instant, limit: number): Promise<EndpointRow[]> {
    return sql<Row>(
      tx,
      `SELECT * FROM webhook_endpoint e WHERE state = 'active'
          AND EXISTS (SELECT FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'pending' AND d.due_at <= $1)
        ORDER BY failing_since NULLS FIRST, id LIMIT $2`,
      [new Date(now), limit],
    );
  }

  /** From when on what was perhaps missed is looked for. What is looked for already stays, if it is earlier. */
  async catchUpFrom(tx: Tx, { id, mode, owner_id }: EndpointRow, since: Instant): Promise<void> {
    await sql(
      tx,
      `UPDATE webhook_endpoint SET
         catch_up_events = least(catch_up_events, (SELECT min(seq) - 1 FROM event WHERE created_at >= $3)),
         catch_up_cards = least(catch_up_cards, (SELECT min(seq) - 1 FROM (
           SELECT public_seq AS seq FROM observation WHERE mode = $2 AND public_at >= $3
           UNION ALL SELECT funder_seq FROM observation WHERE mode = $2 AND (funder_id = $4 OR (funders IS NOT NULL AND funders ? $4)) AND published_at >= $3) shown))
       WHERE id = $1`,
      [id, mode, new Date(since), owner_id],
    );
  }

  /** One that has something to make up for and fewer than `pending` to send, locked; null when there is none, or others have them all. */
  async behind(tx: Tx, pending: number): Promise<EndpointRow | null> {
    return sqlOne<Row>(
      tx,
      `SELECT * FROM webhook_endpoint e WHERE state = 'active' AND (catch_up_events IS NOT NULL OR catch_up_cards IS NOT NULL)
          AND (SELECT count(*) FROM (
            SELECT FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.state = 'pending' LIMIT $1) waiting) < $1
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [pending],
    );
  }

  async caughtUp(tx: Tx, id: string, to: { readonly events: bigint | null; readonly cards: bigint | null }) {
    const text = 'UPDATE webhook_endpoint SET catch_up_events = $2, catch_up_cards = $3 WHERE id = $1';
    return sqlCount(tx, text, [id, to.events, to.cards]);
  }
}
