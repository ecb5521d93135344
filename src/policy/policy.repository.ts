import { Injectable } from '@nestjs/common';
import type { Area, Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, type Tx } from '../platform/database/index.js';
import { DomainError } from '../kernel/problem.js';
import type { SuspendedArea } from './facts.js';
import type { PolicyDecision, Stage } from './stages.js';

/** A decision as it is kept: what was asked about, by whom it can be checked again, and what came out. */
export interface DecisionRow {
  readonly stage: Stage;
  readonly mode: Mode;
  readonly subject_id: string;
  readonly subject_sha256: Uint8Array;
  readonly decision: PolicyDecision;
  readonly decided_at: Instant;
  /** When a hold becomes a refusal; null for no hold, or one without end. */
  readonly hold_until: Instant | null;
  /** Which file of sensitive places was looked at; null where none was. */
  readonly places_version: string | null;
  /** How old the sanctions list was that money was screened with; null without one. */
  readonly sanctions_as_of: Instant | null;
}

/** A stored decision as operators read it. */
export interface DecisionRecord {
  readonly seq: bigint;
  readonly stage: Stage;
  readonly subject_id: string;
  readonly subject_sha256: string;
  readonly outcome: 'allow' | 'refuse' | 'hold';
  readonly rule: string | null;
  readonly pack_version: string;
  readonly places_version: string | null;
  readonly sanctions_as_of: Instant | null;
  readonly decided_at: Instant;
  readonly hold_until: Instant | null;
}

const SEQ = /^\d{1,18}$/;

export interface SuspensionRow {
  readonly id: Id<'suspended_area'>;
  readonly area: Area;
  readonly reason: string;
  readonly suspended_by: string;
  readonly suspended_at: Instant;
}

@Injectable()
export class PolicyRepository {
  async insertDecision(tx: Tx, row: DecisionRow): Promise<void> {
    await sql(
      tx,
      `INSERT INTO policy_decision
         (stage, mode, subject_id, subject_sha256, outcome, rule, pack_version, decided_at, hold_until,
          places_version, sanctions_as_of)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        row.stage,
        row.mode,
        row.subject_id,
        Buffer.from(row.subject_sha256),
        row.decision.outcome,
        row.decision.rule,
        row.decision.pack_version,
        new Date(row.decided_at),
        row.hold_until === null ? null : new Date(row.hold_until),
        row.places_version,
        row.sanctions_as_of === null ? null : new Date(row.sanctions_as_of),
      ],
    );
  }

  /** What was decided about one subject, newest first, before `after`. @throws {DomainError} `invalid_request` for a cursor of another list. */
  async decisions(
    tx: Tx,
    { mode, subject, after, limit }: { mode: Mode; subject: string; after: string | null; limit: number },
  ): Promise<DecisionRecord[]> {
    if (after !== null && !SEQ.test(after))
      throw new DomainError('invalid_request', 'the cursor is of another list', { param: 'cursor' });
    return sql(
      tx,
      `SELECT seq, stage, subject_id, encode(subject_sha256, 'hex') AS subject_sha256, outcome, rule, pack_version, places_version,
              sanctions_as_of, decided_at, hold_until
         FROM policy_decision WHERE mode = $1 AND subject_id = $2 AND ($3::bigint IS NULL OR seq < $3) ORDER BY seq DESC LIMIT $4`,
      [mode, subject, after, limit],
    );
  }

  /** Areas that are switched off now, oldest first. Operators make few of them by hand, so all are read. */
  async suspendedAreas(tx: Tx): Promise<SuspendedArea[]> {
    return sql(tx, 'SELECT id, area FROM policy_suspended_area WHERE lifted_at IS NULL ORDER BY suspended_at, id');
  }

  async insertSuspension(tx: Tx, { id, area, reason, suspended_by, suspended_at }: SuspensionRow): Promise<void> {
    await sql(
      tx,
      `INSERT INTO policy_suspended_area (id, area, reason, suspended_by, suspended_at) VALUES ($1, $2, $3, $4, $5)`,
      [id, JSON.stringify(area), reason, suspended_by, new Date(suspended_at)],
    );
  }

  /** Whether the suspension exists; one that was lifted before stays as it is. */
  async lift(tx: Tx, id: string, at: Instant): Promise<boolean> {
    const text = 'UPDATE policy_suspended_area SET lifted_at = COALESCE(lifted_at, $2) WHERE id = $1';
    return (await sqlCount(tx, text, [id, new Date(at)])) === 1;
  }
}
