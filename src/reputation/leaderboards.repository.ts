import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, type Tx } from '../platform/database/index.js';
import type { EventRow } from './cause.entity.js';

/** Most outcomes that one leaderboard is made of, newest first. */
const EVENTS_MAX = 20_000;

@Injectable()
export class LeaderboardsRepository {
  async put(tx: Tx, contributorId: string, displayName: string | null, at: Instant): Promise<void> {
    await sql(
      tx,
      `INSERT INTO leaderboard_entry (contributor_id, display_name, joined_at) VALUES ($1, $2, $3)
       ON CONFLICT (contributor_id) DO UPDATE SET display_name = EXCLUDED.display_name`,
      [contributorId, displayName, new Date(at)],
    );
  }

  async remove(tx: Tx, contributorId: string): Promise<void> {
    await sql(tx, 'DELETE FROM leaderboard_entry WHERE contributor_id = $1', [contributorId]);
  }

  /** The names that these chose; who chose none is left out. */
  async names(tx: Tx, contributorIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await sql<{ contributor_id: string; display_name: string }>(
      tx,
      'SELECT contributor_id, display_name FROM leaderboard_entry WHERE contributor_id = ANY($1) AND display_name IS NOT NULL',
      [contributorIds],
    );
    return new Map(rows.map(({ contributor_id, display_name }) => [contributor_id, display_name]));
  }

  /** Outcomes in a cell of those who asked to be named, newest first. */
  async eventsIn(tx: Tx, cell: string, mode: Mode, since: Instant): Promise<EventRow[]> {
    return sql<EventRow>(
      tx,
      `SELECT e.* FROM reputation_event e JOIN leaderboard_entry l ON l.contributor_id = e.subject_id
        WHERE e.cell = $1 AND e.mode = $2 AND e.at > $3 ORDER BY e.at DESC, e.cause LIMIT ${EVENTS_MAX}`,
      [cell, mode, new Date(since)],
    );
  }
}
