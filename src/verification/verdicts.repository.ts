import { Injectable } from '@nestjs/common';
import type { CheckResult, Finding, Id, Tier, Verdict } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';

export interface VerdictRow {
  id: Id<'verdict'>;
  capture_id: Id<'capture'>;
  body: Verdict;
  salt: string;
  created_at: Instant;
  /** The context the capture was verified in, as the verifier had it; null for verdicts made before it was kept. */
  inputs: Record<string, unknown> | null;
}

/** What was recorded for a capture and waits for its verdict, with what it was decided on. */
export interface RecordedDecision {
  basis: 'review' | 'silence' | 'appeal';
  decision: 'accept' | 'reject';
  finding: Finding;
  reason: string;
  checks: CheckResult[];
  tier: Tier;
  c2pa: Verdict['c2pa'];
}

export interface NewDecision {
  readonly capture_id: string;
  readonly decision: 'accept' | 'reject';
  readonly finding: Finding;
  readonly reason: string;
  readonly basis: 'review' | 'silence';
  /** Who decided; neither for a deadline. */
  readonly operator_id?: string;
  readonly agent_id?: string;
  readonly at: Instant;
}

@Injectable()
export class VerdictsRepository {
  /** Stores a verdict of an undecided capture, with what the verifier was told about it; false when it is there already. */
  async insert(tx: Tx, verdict: Verdict, salt: string, at: Instant): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `INSERT INTO verdict (id, mode, capture_id, bounty_id, outcome, basis, body, salt, created_at, inputs)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce(verifier_api.capture_context($3), (SELECT inputs FROM verdict WHERE capture_id = $3 ORDER BY created_at DESC LIMIT 1)))
       ON CONFLICT (id) DO NOTHING`,
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

  /** Records what a person, or a deadline, decided in review. False when something was recorded before. */
  async recordDecision(tx: Tx, row: NewDecision): Promise<boolean> {
    const count = await sqlCount(
      tx,
      `INSERT INTO review_decision (capture_id, decision, finding, reason, basis, operator_id, agent_id, decided_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
      [
        row.capture_id,
        row.decision,
        row.finding,
        row.reason,
        row.basis,
        row.operator_id ?? null,
        row.agent_id ?? null,
        new Date(row.at),
      ],
    );
    return count === 1;
  }

  /** Keeps why a requester objected; once a capture. */
  async recordObjection(
    tx: Tx,
    row: { capture_id: string; agent_id: string; reason_code: string; at: Instant },
  ): Promise<void> {
    await sql(
      tx,
      'INSERT INTO review_objection (capture_id, agent_id, reason_code, objected_at) VALUES ($1, $2, $3, $4)',
      [row.capture_id, row.agent_id, row.reason_code, new Date(row.at)],
    );
  }

  /** What was recorded for a capture and waits for its verdict, exactly as the verifier is told; null when nothing does. */
  async decision(tx: Tx, captureId: string): Promise<RecordedDecision | null> {
    const row = await sqlOne<{ recorded: RecordedDecision | null }>(
      tx,
      'SELECT verifier_api.recorded_decision($1) AS recorded',
      [captureId],
    );
    return row?.recorded ?? null;
  }

  /** Reviews that were decided, and appeals that were upheld, whose verdict has not come back. */
  async decidedUnsigned(tx: Tx, before: Instant, limit: number): Promise<Id<'capture'>[]> {
    const rows = await sql<{ id: Id<'capture'> }>(
      tx,
      `SELECT c.id FROM review_decision d JOIN capture c ON c.id = d.capture_id WHERE c.state = 'review' AND c.dispatched_at <= $1
        UNION ALL
       SELECT c.id FROM dispute d JOIN capture c ON c.id = d.capture_id
        WHERE d.side = 'contributor' AND d.state = 'upheld' AND c.state = 'rejected' AND c.dispatched_at <= $1
        LIMIT $2`,
      [new Date(before), limit],
    );
    return rows.map((row) => row.id);
  }
}
