import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import { RESERVATION_TRANSITIONS, type ReservationEvent } from './reservation.machine.js';
import type { ReservationRow } from './reservation.entity.js';

export type NewReservation = Omit<ReservationRow, 'state' | 'release_reason' | 'late' | 'ended_at'>;

@Injectable()
export class ReservationsRepository {
  async insert(tx: Tx, row: NewReservation): Promise<void> {
    await sql(
      tx,
      `INSERT INTO reservation (id, mode, bounty_id, contributor_id, state, price, fee, currency, nonce, code, issued_at, lapses_at, payout_to,
                                payout_for)
       VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        row.id,
        row.mode,
        row.bounty_id,
        row.contributor_id,
        row.price,
        row.fee,
        row.currency,
        row.nonce,
        row.code,
        new Date(row.issued_at),
        new Date(row.lapses_at),
        row.payout_to,
        row.payout_for,
      ],
    );
  }

  async get(tx: Tx, id: string): Promise<ReservationRow | null> {
    return sqlOne<ReservationRow>(tx, 'SELECT * FROM reservation WHERE id = $1', [id]);
  }

  async lock(tx: Tx, id: string): Promise<ReservationRow | null> {
    return sqlOne<ReservationRow>(tx, 'SELECT * FROM reservation WHERE id = $1 FOR UPDATE', [id]);
  }

  async advance(tx: Tx, id: string, event: ReservationEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, {
      table: 'reservation',
      transitions: RESERVATION_TRANSITIONS,
      id,
      event,
      at,
      set: { ...set, ended_at: new Date(at) },
    });
  }

  async countActive(tx: Tx, contributorId: string): Promise<number> {
    const row = await sqlOne<{ n: number }>(
      tx,
      `SELECT count(*)::int AS n FROM reservation WHERE contributor_id = $1 AND state = 'active'`,
      [contributorId],
    );
    return row!.n;
  }

  /** How often this contributor let a slot of this bounty go late, and when last. */
  async lateness(tx: Tx, contributorId: string, bountyId: string): Promise<{ times: number; last_at: Instant | null }> {
    const row = await sqlOne<{ times: number; last_at: Instant | null }>(
      tx,
      'SELECT count(*)::int AS times, max(ended_at) AS last_at FROM reservation WHERE contributor_id = $1 AND bounty_id = $2 AND late',
      [contributorId, bountyId],
    );
    return row!;
  }

  /** Active reservations whose time is over. */
  async due(tx: Tx, now: Instant, limit: number): Promise<Id<'reservation'>[]> {
    const rows = await sql<{ id: Id<'reservation'> }>(
      tx,
      `SELECT id FROM reservation WHERE state = 'active' AND lapses_at <= $1 ORDER BY lapses_at LIMIT $2`,
      [new Date(now), limit],
    );
    return rows.map((row) => row.id);
  }
}
