import { Injectable } from '@nestjs/common';
import { sql, UnitOfWork, type Tx } from '../../platform/database/index.js';
import { filterOfQuery } from '../observations/card.filter.js';
import { ObservationsRepository } from '../observations/observations.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { EndpointsRepository } from './endpoints.repository.js';
import type { EndpointRow } from './webhook.entity.js';
import { cardMessageFor } from './webhook.fan-out.js';
import { eventMessage, type HappenedEvent } from './webhook.messages.js';
import { WebhookTerm } from './webhook.term.js';

const BATCH = 200;
/** Made ahead of what is sent, so that an endpoint that makes up for a month does not fill the table. */
const PENDING_MAX = 1_000;
/** Endpoints taken up in one pass. */
const ENDPOINTS_MAX = 20;

/** Makes the deliveries that an endpoint missed: while it was paused, or before a replay asked for them. */
@Injectable()
export class WebhookCatchUp {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: EndpointsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly observations: ObservationsRepository,
    private readonly term: WebhookTerm,
  ) {}

  /** One batch for some endpoints; true when there may be more at once. Any number of processes may: each has endpoints of its own. */
  async pass(): Promise<boolean> {
    let is_more = false;
    for (let taken = 0; taken < ENDPOINTS_MAX; taken++) {
      const moved = await this.unitOfWork.run((tx) => this.step(tx));
      if (moved === null) return is_more;
      is_more ||= moved;
    }
    return is_more;
  }

  /** Null when nobody is behind who could use more; else whether this one still is. */
  private async step(tx: Tx): Promise<boolean | null> {
    const endpoint = await this.endpoints.behind(tx, PENDING_MAX);
    if (!endpoint) return null;
    const events = await this.events(tx, endpoint);
    const cards = await this.cards(tx, endpoint);
    await this.endpoints.caughtUp(tx, endpoint.id, { events, cards });
    return events !== null || cards !== null;
  }

  /**
   * Where it has come to; null at the end. An event that is being written now may not have seen that the endpoint is active again, so it is
   * waited for; whatever comes after makes its own delivery.
   */
  private async events(tx: Tx, { id, mode, owner_id, events, catch_up_events }: EndpointRow): Promise<bigint | null> {
    if (catch_up_events === null) return null;
    await sql(tx, `SELECT FROM feed_sequence WHERE name = 'events' FOR SHARE`);
    const rows = await sql<HappenedEvent & { seq: bigint; [column: string]: unknown }>(
      tx,
      `SELECT * FROM event WHERE seq > $1 AND audience @> ARRAY[$2] AND mode = $3 AND type = ANY($4) ORDER BY seq LIMIT $5`,
      [catch_up_events, owner_id, mode, events, BATCH],
    );
    for (const row of rows) await this.deliveries.insertFor(tx, id, eventMessage(row), this.term.fromNow());
    return rows.length < BATCH ? null : rows.at(-1)!.seq;
  }

  private async cards(tx: Tx, endpoint: EndpointRow): Promise<bigint | null> {
    const { id, mode, owner_id, has_cards, card_kind, card_cell, catch_up_cards } = endpoint;
    if (catch_up_cards === null || !has_cards) return null;
    const filter = filterOfQuery({ kind: card_kind ?? undefined, cell: card_cell ?? undefined });
    const scope = { mode, viewer_id: owner_id, filter, as_of: null };
    const rows = await this.observations.list(tx, { ...scope, after: catch_up_cards, limit: BATCH });
    for (const row of rows) await this.deliveries.insertFor(tx, id, cardMessageFor(row, owner_id), this.term.fromNow());
    return rows.length < BATCH ? null : rows.at(-1)!.seq;
  }
}
