import { Injectable } from '@nestjs/common';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';
import type { StandingRunRow } from './standing.entity.js';

/** A place in a list of runs, newest first. */
export interface RunPlace {
  readonly at: Instant;
  readonly id: string;
}

/** What became of each slot and each observation: one row, once. */
@Injectable()
export class StandingRunsRepository {
  /** The constraint on (standing bounty, slot) is the last word: a second run of one slot undoes its whole transaction. */
  async insert(tx: Tx, row: StandingRunRow): Promise<void> {
    await sql(
      tx,
      `INSERT INTO standing_run (id, standing_id, slot, due_at, observation_id, outcome, reason, bounty_id, slots, at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        row.id,
        row.standing_id,
        row.slot,
        new Date(row.due_at),
        row.observation_id,
        row.outcome,
        row.reason,
        row.bounty_id,
        row.slots,
        new Date(row.at),
      ],
    );
  }

  async exists(tx: Tx, standingId: string, slot: string): Promise<boolean> {
    const text = 'SELECT 1 AS one FROM standing_run WHERE standing_id = $1 AND slot = $2';
    return (await sqlOne(tx, text, [standingId, slot])) !== null;
  }

  async list(tx: Tx, standingId: string, before: RunPlace | null, limit: number): Promise<StandingRunRow[]> {
    return sql<StandingRunRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM standing_run WHERE standing_id = $1 AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3))
        ORDER BY at DESC, id DESC LIMIT $4`,
      [standingId, before && new Date(before.at), before && before.id, limit],
    );
  }

  /** The bounties that were posted after an instant. */
  async postedSince(tx: Tx, standingId: string, since: Instant): Promise<string[]> {
    const text = `SELECT bounty_id FROM standing_run WHERE standing_id = $1 AND outcome = 'posted' AND at > $2`;
    const rows = await sql<{ bounty_id: string }>(tx, text, [standingId, new Date(since)]);
    return rows.map(({ bounty_id }) => bounty_id);
  }

  /** How many of its bounties take work, or may again. */
  async open(tx: Tx, standingId: string): Promise<number> {
    const row = await sqlOne<{ n: bigint }>(
      tx,
      `SELECT count(*) AS n FROM standing_run r JOIN bounty b ON b.id = r.bounty_id
        WHERE r.standing_id = $1 AND b.state IN ('draft', 'open', 'suspended')`,
      [standingId],
    );
    return Number(row!.n);
  }

  /** Whether a bounty was posted by a standing bounty of this agent. */
  async isOwn(tx: Tx, agentId: string, bountyId: string): Promise<boolean> {
    const text = `SELECT 1 AS one FROM standing_run r JOIN standing_bounty s ON s.id = r.standing_id WHERE r.bounty_id = $2 AND s.agent_id = $1`;
    return (await sqlOne(tx, text, [agentId, bountyId])) !== null;
  }

  /** Forgets skipped runs of before an instant; what was posted stays. Repeatable. */
  async forget(tx: Tx, before: Instant, limit: number): Promise<number> {
    const old = `SELECT id FROM standing_run WHERE outcome = 'skipped' AND at < $1 LIMIT $2`;
    return sqlCount(tx, `DELETE FROM standing_run WHERE id IN (${old})`, [new Date(before), limit]);
  }
}
