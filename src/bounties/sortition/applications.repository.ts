import { Injectable } from '@nestjs/common';
import type { Instant } from '../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../platform/database/index.js';
import { advance } from '../../platform/lifecycle/transitions.js';
import { APPLICATION_TRANSITIONS, type ApplicationEvent } from './application.machine.js';
import type { ApplicationRow, PlacedApplication } from './sortition.entity.js';

const PLACED = `SELECT a.*, d.round, d.closes_at, d.state AS draw_state FROM application a JOIN draw d ON d.id = a.draw_id WHERE a.id = $1`;

@Injectable()
export class ApplicationsRepository {
  async insert(tx: Tx, row: Omit<ApplicationRow, 'state' | 'reservation_id'>): Promise<void> {
    await sql(
      tx,
      `INSERT INTO application (id, mode, draw_id, bounty_id, contributor_id, state, payout_to, payout_for, created_at)
       VALUES ($1, $2, $3, $4, $5, 'applied', $6, $7, $8)`,
      [
        row.id,
        row.mode,
        row.draw_id,
        row.bounty_id,
        row.contributor_id,
        row.payout_to,
        row.payout_for,
        new Date(row.created_at),
      ],
    );
  }

  async get(tx: Tx, id: string): Promise<PlacedApplication | null> {
    return sqlOne<PlacedApplication>(tx, PLACED, [id]);
  }

  /** Undecided applications of a round, the first to apply first. */
  async applied(tx: Tx, drawId: string): Promise<ApplicationRow[]> {
    const text = `SELECT * FROM application WHERE draw_id = $1 AND state = 'applied' ORDER BY created_at, id`;
    return sql<ApplicationRow>(tx, text, [drawId]);
  }

  /** The caller's own application in a round; null when it has none that stands. */
  async standing(tx: Tx, drawId: string, contributorId: string): Promise<ApplicationRow | null> {
    const text = `SELECT * FROM application WHERE draw_id = $1 AND contributor_id = $2 AND state <> 'withdrawn'`;
    return sqlOne<ApplicationRow>(tx, text, [drawId, contributorId]);
  }

  async count(tx: Tx, drawId: string): Promise<number> {
    const text = `SELECT count(*)::int AS n FROM application WHERE draw_id = $1 AND state = 'applied'`;
    return (await sqlOne<{ n: number }>(tx, text, [drawId]))!.n;
  }

  async advance(tx: Tx, id: string, event: ApplicationEvent, at: Instant, set: { reservation_id?: string } = {}) {
    return advance(tx, { table: 'application', transitions: APPLICATION_TRANSITIONS, id, event, at, set });
  }
}
