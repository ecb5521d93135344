import { Inject, Injectable } from '@nestjs/common';
import type { Instant } from '../kernel/clock.js';
import { activeMax, type BountyRow } from '../bounties/index.js';
import { CONFIG, type Config } from '../platform/config/index.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { pairOf } from './matching.js';
import type { OfferRow } from './offer.entity.js';

/** Most offers that one bounty is held against in one look, cheapest first: those beyond have hundreds before them. */
const ASKS_MAX = 500;

export interface PricedBounty {
  readonly row: BountyRow;
  /** Micros that a slot costs now. */
  readonly price: bigint;
}

/** Standing offers on the same ground as bounty `b`, all but the price. `$2` is now. */
const SAME_GROUND = `o.state = 'active' AND o.cells && b.cells AND o.mode = b.mode AND b.kind = ANY(o.kinds) AND o.currency = b.currency
  AND o.rail = b.terms ->> 'rail' AND o.stands_from <= $2 AND o.stands_until > $2`;

/** What an offer has led to and that is not over: open invitations, and reservations in hand. */
const IN_HAND = `(SELECT count(*)::int FROM invitation i LEFT JOIN reservation r ON r.id = i.reservation_id
  WHERE i.offer_id = o.id AND (i.state = 'open' OR (i.state = 'confirmed' AND r.state = 'active')))`;

/** Who has met bounty `b`, or holds or held a slot of it: asked once, never again. */
const MET = `(SELECT contributor_id FROM invitation i WHERE i.bounty_id = b.id AND i.state <> 'withdrawn'
  UNION ALL SELECT contributor_id FROM reservation r WHERE r.bounty_id = b.id)`;

/** The offers' side of the book. Times and prices are compared in SQL, places once more by the matcher. */
@Injectable()
export class BookRepository {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** Offers that any of these bounties pays enough for, with how many more invitations each takes; each once. */
  async asks(tx: Tx, bounties: readonly PricedBounty[], now: Instant): Promise<(OfferRow & { room: number })[]> {
    const rows = await sql<OfferRow & { room: number }>(
      tx,
      `SELECT DISTINCT ON (o.id) o.*, o.active_max - ${IN_HAND} AS room
         FROM unnest($1::text[], $3::bigint[]) AS p (bounty_id, price) JOIN bounty b ON b.id = p.bounty_id
         CROSS JOIN LATERAL (SELECT o.* FROM offer o WHERE ${SAME_GROUND} AND o.price_min <= p.price
           AND o.contributor_id NOT IN ${MET} AND o.active_max > ${IN_HAND} ORDER BY o.price_min, o.created_at, o.id LIMIT $4) o`,
      [bounties.map(({ row }) => row.id), new Date(now), bounties.map(({ price }) => price), ASKS_MAX],
    );
    return rows;
  }

  /** The lowest ask above the price that a bounty has now; null when there is none. */
  async nextAsk(tx: Tx, { row, price }: PricedBounty, now: Instant): Promise<bigint | null> {
    const found = await sqlOne<{ ask: bigint | null }>(
      tx,
      `SELECT min(o.price_min) AS ask FROM bounty b JOIN offer o ON ${SAME_GROUND} AND o.price_min > $3
        WHERE b.id = $1 AND o.price_min <= b.price_cap`,
      [row.id, new Date(now), price],
    );
    return found!.ask;
  }

  async met(tx: Tx, bountyIds: readonly string[], contributorIds: readonly string[]): Promise<Set<string>> {
    const rows = await sql<{ bounty_id: string; contributor_id: string }>(
      tx,
      `SELECT b.id AS bounty_id, m.contributor_id FROM bounty b, LATERAL ${MET} m
        WHERE b.id = ANY($1) AND m.contributor_id = ANY($2)`,
      [bountyIds, contributorIds],
    );
    return new Set(rows.map(({ bounty_id, contributor_id }) => pairOf(bounty_id, contributor_id)));
  }

  /** How many more invitations each contributor takes: as many as reservations, and never one who has not stated to be 18. */
  async rooms(tx: Tx, contributorIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await sql<{ id: string; settled: number; in_hand: number }>(
      tx,
      `SELECT c.id, c.settled,
              (SELECT count(*)::int FROM reservation r WHERE r.contributor_id = c.id AND r.state = 'active')
              + (SELECT count(*)::int FROM invitation i WHERE i.contributor_id = c.id AND i.state = 'open') AS in_hand
         FROM contributor c WHERE c.id = ANY($1) AND c.adult_attested_at IS NOT NULL`,
      [contributorIds],
    );
    return new Map(rows.map(({ id, settled, in_hand }) => [id, activeMax(settled, this.config) - in_hand]));
  }
}
