import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { BountyRow } from '../../bounties/index.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';

export interface PastReservation {
  readonly id: Id<'reservation'>;
  readonly price: bigint;
  readonly issued_at: Instant;
  /** When its slot was free again; null when it never was. */
  readonly freed_at: Instant | null;
  /** Whether its capture was accepted in the end. */
  readonly filled: boolean;
}

/** The terms that were in force until a raise. */
export interface PastTerms {
  readonly price: Record<string, unknown>;
  readonly closes_at: Instant;
  readonly until: Instant;
}

/** More than these of one bounty teach nothing new: a slot that changes hands so often is somebody's game. */
const RESERVATIONS_MAX = 5_000;
const RAISES_MAX = 1_000;

/** What became of one bounty, read from what its lifecycle left behind. */
@Injectable()
export class BountyPast {
  async bounty(tx: Tx, id: string): Promise<BountyRow | null> {
    return sqlOne<BountyRow>(tx, 'SELECT * FROM bounty WHERE id = $1', [id]);
  }

  /** When it took work, from and to; in order. Null ends are not over. */
  async open(tx: Tx, id: string): Promise<{ from: Instant; to: Instant | null }[]> {
    return sql(
      tx,
      `SELECT at AS from, next AS to FROM (
         SELECT to_state, at, lead(at) OVER (ORDER BY seq) AS next FROM state_history WHERE resource_id = $1) AS moves
        WHERE to_state = 'open' ORDER BY at`,
      [id],
    );
  }

  async reservations(tx: Tx, id: string): Promise<PastReservation[]> {
    return sql(
      tx,
      `SELECT r.id, r.price, r.issued_at, coalesce(c.state IN ('accepted', 'settled'), false) AS filled,
              CASE WHEN c.state IN ('accepted', 'settled') THEN NULL ELSE coalesce(rejected.at, r.ended_at) END AS freed_at
         FROM reservation r
         LEFT JOIN capture c ON c.reservation_id = r.id AND c.state NOT IN ('uploading', 'expired', 'superseded')
         LEFT JOIN LATERAL (
           SELECT at FROM state_history WHERE resource_id = c.id AND to_state = 'rejected' ORDER BY seq LIMIT 1) AS rejected ON true
        WHERE r.bounty_id = $1 ORDER BY r.issued_at, r.id LIMIT ${RESERVATIONS_MAX}`,
      [id],
    );
  }

  /** Terms that a raise replaced, oldest first. */
  async raised(tx: Tx, id: string): Promise<PastTerms[]> {
    return sql(
      tx,
      `SELECT price, closes_at, at AS until FROM bounty_raise WHERE bounty_id = $1 ORDER BY number LIMIT ${RAISES_MAX}`,
      [id],
    );
  }
}
