import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { Stretch } from './hours.rules.js';
import type { OfferRow } from './offer.entity.js';
import { OFFER_TRANSITIONS, type OfferEvent } from './offer.machine.js';

export type NewOffer = Omit<OfferRow, 'state' | 'announced' | 'ended_at'>;

/** Whose: nobody finds another's. */
export interface Owner {
  readonly id: string;
  readonly mode: Mode;
}

export interface PageOf {
  readonly state: string | null;
  readonly after: string | null;
  readonly limit: number;
}

@Injectable()
export class OffersRepository {
  async insert(tx: Tx, row: NewOffer): Promise<void> {
    await sql(
      tx,
      `INSERT INTO offer (id, mode, contributor_id, state, area, cells, coarse_cells, no_go, kinds, hours, price_min, currency, rail, valid_until,
                          auto_confirm, active_max, stands_from, stands_until, created_at)
       VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
      [
        row.id,
        row.mode,
        row.contributor_id,
        row.area,
        row.cells,
        row.coarse_cells,
        JSON.stringify(row.no_go),
        row.kinds,
        row.hours,
        row.price_min,
        row.currency,
        row.rail,
        new Date(row.valid_until),
        row.auto_confirm,
        row.active_max,
        new Date(row.stands_from),
        new Date(row.stands_until),
        new Date(row.created_at),
      ],
    );
  }

  async lock(tx: Tx, id: string): Promise<OfferRow | null> {
    return sqlOne<OfferRow>(tx, 'SELECT * FROM offer WHERE id = $1 FOR UPDATE', [id]);
  }

  async list(tx: Tx, owner: Owner, { state, after, limit }: PageOf): Promise<OfferRow[]> {
    return sql(
      tx,
      `SELECT * FROM offer WHERE contributor_id = $1 AND mode = $2 AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR id < $4)
        ORDER BY id DESC LIMIT $5`,
      [owner.id, owner.mode, state, after, limit],
    );
  }

  async countActive(tx: Tx, contributorId: string): Promise<number> {
    const text = `SELECT count(*)::int AS n FROM offer WHERE contributor_id = $1 AND state = 'active'`;
    return (await sqlOne<{ n: number }>(tx, text, [contributorId]))!.n;
  }

  /** Null when it has ended before. */
  async advance(tx: Tx, id: string, event: OfferEvent, at: Instant) {
    const set = { ended_at: new Date(at) };
    return advance(tx, { table: 'offer', transitions: OFFER_TRANSITIONS, id, event, at, set });
  }

  /** Active offers whose stretch of hours is over: they have another, or have expired. */
  async over(tx: Tx, now: Instant, limit: number): Promise<OfferRow[]> {
    return sql(
      tx,
      `SELECT * FROM offer WHERE state = 'active' AND stands_until <= $1 ORDER BY stands_until LIMIT $2 FOR UPDATE SKIP LOCKED`,
      [new Date(now), limit],
    );
  }

  async setStretch(tx: Tx, id: string, { from, until }: Stretch): Promise<void> {
    await sql(tx, 'UPDATE offer SET stands_from = $2, stands_until = $3, announced = false WHERE id = $1', [
      id,
      new Date(from),
      new Date(until),
    ]);
  }

  /** Standing offers that the bounties around have not been held against; they count as announced from now on. */
  async takeUnannounced(tx: Tx, now: Instant, limit: number): Promise<OfferRow[]> {
    return sql(
      tx,
      `UPDATE offer SET announced = true
        WHERE id IN (SELECT id FROM offer WHERE state = 'active' AND NOT announced AND stands_from <= $1
                      ORDER BY stands_from LIMIT $2 FOR UPDATE SKIP LOCKED)
        RETURNING *`,
      [new Date(now), limit],
    );
  }

  /** This contributor can take more than a moment ago: bounties are to be held against the offers anew. */
  async announceAnew(tx: Tx, contributorId: string): Promise<void> {
    await sql(tx, `UPDATE offer SET announced = false WHERE contributor_id = $1 AND state = 'active' AND announced`, [
      contributorId,
    ]);
  }
}
