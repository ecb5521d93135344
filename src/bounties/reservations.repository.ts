import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import { RESERVATION_TRANSITIONS, type ReservationEvent } from './reservation.machine.js';
import type { ReservationRow } from './reservation.entity.js';

export type NewReservation = Omit<ReservationRow, 'state' | 'release_reason' | 'late' | 'ended_at' | 'priced_at'>;

@Injectable()
export class ReservationsRepository {
  async insert(tx: Tx, row: NewReservation): Promise<void> {
    await sql(
      tx,
      `INSERT INTO reservation (id, mode, bounty_id, contributor_id, state, price, fee, currency, nonce, code, issued_at, lapses_at, payout_to,
                                payout_for, holds_slot)
       VALUES ($1, $2, $3, $4, 'active', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
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
        row.holds_slot,
      ],
    );
  }

  async get(tx: Tx, id: string): Promise<ReservationRow | null> {
    return sqlOne<ReservationRow>(tx, 'SELECT * FROM reservation WHERE id = $1', [id]);
  }

  async lock(tx: Tx, id: string): Promise<ReservationRow | null> {
    return sqlOne<ReservationRow>(tx, 'SELECT * FROM reservation WHERE id = $1 FOR UPDATE', [id]);
  }

  /** Sets what a race pays for this challenge: once. */
  async fixPrice(tx: Tx, id: string, { price, fee }: { price: bigint; fee: bigint }, at: Instant): Promise<void> {
    await sql(tx, 'UPDATE reservation SET price = $2, fee = $3, priced_at = $4 WHERE id = $1 AND priced_at IS NULL', [
      id,
      price,
      fee,
      new Date(at),
    ]);
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

  /** How many reservations these contributors hold together, applications that are not decided included: each may become one. */
  async countActive(tx: Tx, contributorIds: readonly string[]): Promise<number> {
    const row = await sqlOne<{ n: number }>(
      tx,
      `SELECT (SELECT count(*) FROM reservation WHERE contributor_id = ANY($1) AND state = 'active')::int
            + (SELECT count(*) FROM application WHERE contributor_id = ANY($1) AND state = 'applied')::int AS n`,
      [contributorIds],
    );
    return row!.n;
  }

  /** How often these contributors let a slot of this bounty go late, and when last. */
  async lateness(
    tx: Tx,
    contributorIds: readonly string[],
    bountyId: string,
  ): Promise<{ times: number; last_at: Instant | null }> {
    const row = await sqlOne<{ times: number; last_at: Instant | null }>(
      tx,
      'SELECT count(*)::int AS times, max(ended_at) AS last_at FROM reservation WHERE contributor_id = ANY($1) AND bounty_id = $2 AND late',
      [contributorIds, bountyId],
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
