import { Injectable } from '@nestjs/common';
import type { Finding, Id, Verdict } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';

export interface VerdictRow {
  id: Id<'verdict'>;
  capture_id: Id<'capture'>;
  body: Verdict;
  salt: string;
  created_at: Instant;
}

export interface RecordedDecision {
  decision: 'accept' | 'reject';
  finding: Finding;
  reason: string;
}

@Injectable()
export class VerdictsRepository {
  /** Stores a verdict; false when it is there already. */
  async insert(tx: Tx, verdict: Verdict, salt: string, at: Instant): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `INSERT INTO verdict (id, mode, capture_id, bounty_id, outcome, basis, body, salt, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
      [
        verdict.verdict_id,
        verdict.mode,
        verdict.capture_id,
        verdict.bounty_id,
        verdict.outcome,
        verdict.basis,
        verdict,
        salt,
        new Date(at),
      ],
    );
    return count === 1;
  }

  /** The newest verdict of a capture. */
  async newest(tx: Tx, captureId: string): Promise<VerdictRow | null> {
    return sqlOne<VerdictRow>(tx, 'SELECT * FROM verdict WHERE capture_id = $1 ORDER BY created_at DESC LIMIT 1', [
      captureId,
    ]);
  }

  async get(tx: Tx, id: string): Promise<VerdictRow | null> {
    return sqlOne<VerdictRow>(tx, 'SELECT * FROM verdict WHERE id = $1', [id]);
  }

  /** Whether an earlier capture that made this one a duplicate is still undecided. */
  async waitsForEarlier(tx: Tx, captureId: string): Promise<boolean> {
    const row = await sqlOne<{ waits: boolean }>(
      tx,
      `SELECT count(*) > 0 AND bool_and(c.state IN ('submitted', 'verifying', 'review')) AS waits
         FROM capture_match m JOIN capture c ON c.id = m.earlier_id WHERE m.capture_id = $1 HAVING count(*) > 0`,
      [captureId],
    );
    return row?.waits ?? false;
  }

  /** Undecided captures that were held back because of this one. */
  async waitingFor(tx: Tx, earlierId: string): Promise<Id<'capture'>[]> {
    const rows = await sql<{ id: Id<'capture'> }>(
      tx,
      `SELECT c.id FROM capture_match m JOIN capture c ON c.id = m.capture_id WHERE m.earlier_id = $1 AND c.state = 'verifying'`,
      [earlierId],
    );
    return rows.map((row) => row.id);
  }

  /** Records a person's decision, or the deadline's (`operator_id` null). False when one was recorded before. */
  async recordDecision(
    tx: Tx,
    row: {
      capture_id: string;
      decision: 'accept' | 'reject';
      finding: string;
      reason: string;
      operator_id: string | null;
      at: Instant;
    },
  ): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `INSERT INTO review_decision (capture_id, decision, finding, reason, operator_id, decided_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
      [row.capture_id, row.decision, row.finding, row.reason, row.operator_id, new Date(row.at)],
    );
    return count === 1;
  }

  /** What a person, or the deadline of the review, decided; null while nobody has. */
  async decision(tx: Tx, captureId: string): Promise<RecordedDecision | null> {
    return sqlOne(tx, 'SELECT decision, finding, reason FROM review_decision WHERE capture_id = $1', [captureId]);
  }

  /** Reviews that were decided but whose verdict has not come back. */
  async decidedUnsigned(tx: Tx, before: Instant, limit: number): Promise<Id<'capture'>[]> {
    const rows = await sql<{ id: Id<'capture'> }>(
      tx,
      `SELECT c.id FROM review_decision d JOIN capture c ON c.id = d.capture_id WHERE c.state = 'review' AND c.dispatched_at <= $1 LIMIT $2`,
      [new Date(before), limit],
    );
    return rows.map((row) => row.id);
  }
}
