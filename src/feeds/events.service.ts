import { Injectable } from '@nestjs/common';
import {
  EVENT_TYPES,
  toWireTime,
  type EventType,
  type GroundtruthEvent,
  type Mode,
  type Page,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { Clock } from '../kernel/clock.js';
import { deriveId } from '../kernel/ids.js';
import { BountiesRepository, BountyFunders, ReservationsRepository } from '../bounties/index.js';
import { CapturesRepository } from '../captures/index.js';
import type { Principal } from '../identity/index.js';
import { sql, sqlOne, UnitOfWork, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { QueryOf } from '../platform/http/serves.js';
import type { OutboxEvent, OutboxRelay } from '../platform/outbox/index.js';
import { WebhookFanOut } from './webhooks/index.js';

interface EventRow {
  seq: bigint;
  id: string;
  type: EventType;
  resource_id: string;
  data: Record<string, unknown>;
  created_at: Instant;
}

/** Which of an event's ids is its subject. */
const SUBJECT = {
  bounty: 'bounty_id',
  application: 'application_id',
  reservation: 'reservation_id',
  capture: 'capture_id',
  invitation: 'invitation_id',
  observation: 'observation_id',
  dispute: 'dispute_id',
  standing: 'standing_bounty_id',
  top_up: 'top_up_id',
  webhook_endpoint: 'webhook_endpoint_id',
} as const;

/** The history of what is one's own, for those who pull: written from the outbox, read by cursor. */
@Injectable()
export class EventsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly bounties: BountiesRepository,
    private readonly funders: BountyFunders,
    private readonly reservations: ReservationsRepository,
    private readonly captures: CapturesRepository,
    private readonly webhooks: WebhookFanOut,
    private readonly clock: Clock,
  ) {}

  subscribe(relay: OutboxRelay): void {
    for (const type of EVENT_TYPES) relay.on(type, (event, id) => this.record(type, event, id));
  }

  async list(caller: Principal, query: QueryOf<'list_events'>): Promise<Page<GroundtruthEvent>> {
    const after = BigInt(readCursor(query.cursor) ?? 0);
    const rows = await this.unitOfWork.run((tx) =>
      sql<EventRow>(
        tx,
        'SELECT * FROM event WHERE seq > $1 AND audience @> ARRAY[$2] AND mode = $3 ORDER BY seq LIMIT $4',
        [after, caller.id, caller.mode, query.limit + 1],
      ),
    );
    const { data, ...rest } = pageOf(rows, query.limit, (row) => String(row.seq));
    // The end of a list that grows is a place to come back to, so the last page has a cursor as well.
    const next_cursor = rest.next_cursor ?? (data.length > 0 ? cursorAfter(data) : (query.cursor ?? null));
    return {
      ...rest,
      next_cursor,
      data: data.map(({ id, type, resource_id, data: body, created_at }) => ({
        id,
        type,
        resource_id,
        data: body,
        created_at: toWireTime(created_at),
      })),
    };
  }

  /** Writes one event. Repeatable: its id follows from the outbox row. Sequence numbers commit in order. */
  private async record(type: EventType, event: OutboxEvent, outboxId: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const { mode, audience } = await this.audience(tx, event);
      const id = deriveId('event', outboxId);
      const resource_id = String(event[SUBJECT[type.split('.')[0] as keyof typeof SUBJECT]]);
      const { type: _type, ...data } = event;
      const created_at = this.clock.now();
      const sequence = await sqlOne<{ next: bigint }>(
        tx,
        `SELECT next FROM feed_sequence WHERE name = 'events' FOR UPDATE`,
      );
      const inserted = await sql(
        tx,
        `INSERT INTO event (seq, id, mode, type, resource_id, audience, data, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO NOTHING RETURNING seq`,
        [sequence!.next, id, mode, type, resource_id, audience, data, new Date(created_at)],
      );
      if (inserted.length === 0) return;
      await sql(tx, `UPDATE feed_sequence SET next = next + 1 WHERE name = 'events'`);
      await this.webhooks.event(tx, { id, type, resource_id, data, created_at }, { mode, audience });
    });
  }

  /** Requester and contributor of what happened, and of a bounty all who pay for it; events carry ids only, so both may see them. A dispute is its opener's alone, a claim, an application and an invitation its contributor's, a top-up and a standing bounty their agent's, and an endpoint its owner's. */
  private async audience(tx: Tx, event: OutboxEvent): Promise<{ mode: Mode; audience: string[] }> {
    if (event.webhook_endpoint_id) return { mode: String(event.mode) as Mode, audience: [String(event.owner_id)] };
    if (event.application_id) return { mode: String(event.mode) as Mode, audience: [String(event.contributor_id)] };
    if (event.invitation_id) return { mode: String(event.mode) as Mode, audience: [String(event.contributor_id)] };
    if (event.standing_bounty_id) return { mode: String(event.mode) as Mode, audience: [String(event.agent_id)] };
    if (event.top_up_id) return { mode: String(event.mode) as Mode, audience: [String(event.agent_id)] };
    const capture = event.capture_id ? await this.captures.get(tx, String(event.capture_id)) : null;
    const reservation = event.reservation_id ? await this.reservations.get(tx, String(event.reservation_id)) : null;
    const bountyId = event.bounty_id ?? capture?.bounty_id ?? reservation?.bounty_id;
    const bounty = await this.bounties.get(tx, String(bountyId));
    if (event.dispute_id) return { mode: bounty!.mode, audience: [String(event.opened_by)] };
    // Beside what the chain shows at the same moment it tells whose wallet that is.
    if (event.type === 'capture.claimed') return { mode: bounty!.mode, audience: [capture!.contributor_id] };
    if (event.type.startsWith('bounty.')) return { mode: bounty!.mode, audience: await this.funders.ids(tx, bounty!) };
    const parties = [bounty!.agent_id, capture?.contributor_id, reservation?.contributor_id];
    return { mode: bounty!.mode, audience: parties.filter((id) => id !== undefined) };
  }
}

function cursorAfter(rows: readonly EventRow[]): string | null {
  return pageOf([...rows, rows[0]!], rows.length, (row) => String(row.seq)).next_cursor;
}
