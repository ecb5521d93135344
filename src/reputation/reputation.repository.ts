import { Injectable } from '@nestjs/common';
import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';
import type { CauseRow, EventRow } from './cause.entity.js';

/** Most outcomes of one party that are read, newest first: what is older has decayed, or is beyond what the bounds let count. */
const EVENTS_MAX = 2_000;

@Injectable()
export class ReputationRepository {
  /** Makes the looks at these subjects follow each other, until the transaction ends. */
  async lock(tx: Tx, abouts: readonly string[]): Promise<void> {
    for (const about of [...abouts].sort())
      await sql(tx, `SELECT pg_advisory_xact_lock(hashtext('reputation'), hashtext($1))`, [about]);
  }

  /** What counts about these captures, reservations and bounties, as the other tables have it now. Nothing that a simulated contributor had part in does. */
  async causes(tx: Tx, abouts: readonly string[]): Promise<CauseRow[]> {
    return sql<CauseRow>(
      tx,
      `SELECT r.*, ARRAY(SELECT agent_id FROM reputation_backer b WHERE b.about = r.about AND b.contributor_id = r.subject_id ORDER BY agent_id) AS backers
         FROM reputation_cause r WHERE about = ANY($1) AND NOT EXISTS (
         SELECT FROM contributor c WHERE c.id IN (r.subject_id, r.counterpart_id) AND c.simulated_for IS NOT NULL)`,
      [abouts],
    );
  }

  async events(tx: Tx, abouts: readonly string[]): Promise<EventRow[]> {
    return sql<EventRow>(tx, 'SELECT * FROM reputation_event WHERE about = ANY($1)', [abouts]);
  }

  async put(tx: Tx, row: EventRow): Promise<void> {
    await sql(
      tx,
      `INSERT INTO reputation_event (cause, about, mode, subject_id, counterpart_id, backers, kind, at, cell, linked)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       ON CONFLICT (cause) DO UPDATE SET backers = EXCLUDED.backers, kind = EXCLUDED.kind, at = EXCLUDED.at, cell = EXCLUDED.cell, linked = EXCLUDED.linked`,
      [
        row.cause,
        row.about,
        row.mode,
        row.subject_id,
        row.counterpart_id,
        row.backers,
        row.kind,
        new Date(row.at),
        row.cell,
        row.linked,
      ],
    );
  }

  async remove(tx: Tx, causes: readonly string[]): Promise<void> {
    await sqlCount(tx, 'DELETE FROM reputation_event WHERE cause = ANY($1)', [causes]);
  }

  /** Whatever has a cause or an event, by id, after `after`. */
  async subjects(tx: Tx, after: string, limit: number): Promise<string[]> {
    const rows = await sql<{ about: string }>(
      tx,
      `SELECT about FROM reputation_cause WHERE about > $1 UNION SELECT about FROM reputation_event WHERE about > $1 ORDER BY about LIMIT $2`,
      [after, limit],
    );
    return rows.map(({ about }) => about);
  }

  /** Outcomes of these parties since an instant, newest first. */
  async ofSubjects(tx: Tx, subjectIds: readonly string[], mode: Mode, since: Instant): Promise<EventRow[]> {
    return sql<EventRow>(
      tx,
      `SELECT * FROM reputation_event WHERE subject_id = ANY($1) AND mode = $2 AND at > $3 ORDER BY at DESC, cause LIMIT ${EVENTS_MAX}`,
      [subjectIds, mode, new Date(since)],
    );
  }

  /** Whether a contributor has ever reserved something of this agent. */
  async haveDealt(tx: Tx, contributorId: string, agentId: string): Promise<boolean> {
    const text = `SELECT EXISTS (SELECT FROM reputation_dealing WHERE contributor_id = $1 AND agent_id = $2) AS dealt`;
    return (await sqlOne<{ dealt: boolean }>(tx, text, [contributorId, agentId]))!.dealt;
  }

  /** Who posted a bounty; null for one that others may not see. */
  async requester(tx: Tx, bountyId: string, mode: Mode): Promise<string | null> {
    const text = 'SELECT agent_id FROM reputation_requester WHERE bounty_id = $1 AND mode = $2';
    return (await sqlOne<{ agent_id: string }>(tx, text, [bountyId, mode]))?.agent_id ?? null;
  }
}
