import { Injectable } from '@nestjs/common';
import type { Instant } from '../kernel/clock.js';
import { sql, type Tx } from '../platform/database/index.js';
import type { CaptureRow } from './capture.entity.js';

export interface AccessRow {
  id: bigint;
  capture_id: string;
  viewer_id: string;
  role: 'contributor' | 'operator';
  reason: string;
  at: Instant;
}

export type RetiredCapture = Pick<CaptureRow, 'id' | 'storage_key' | 'derivative_key' | 'attempt' | 'state'>;

@Injectable()
export class OriginalsRepository {
  async logAccess(tx: Tx, row: Omit<AccessRow, 'id'>): Promise<void> {
    await sql(tx, 'INSERT INTO original_access (capture_id, viewer_id, role, reason, at) VALUES ($1, $2, $3, $4, $5)', [
      row.capture_id,
      row.viewer_id,
      row.role,
      row.reason,
      new Date(row.at),
    ]);
  }

  /** Newest first. */
  async accesses(tx: Tx, captureId: string, page: { before: bigint | null; limit: number }): Promise<AccessRow[]> {
    return sql<AccessRow>(
      tx,
      'SELECT * FROM original_access WHERE capture_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3',
      [captureId, page.before, page.limit],
    );
  }

  /**
   * Captures whose time of retention is over: ended for good, no dispute open or to come, and nothing happened to them since. Who lost a race
   * unseen is not kept at all: only until nothing can be uploaded any more.
   */
  async retired(tx: Tx, before: Instant, now: Instant, limit: number): Promise<RetiredCapture[]> {
    return sql<RetiredCapture>(
      tx,
      `SELECT c.id, c.storage_key, c.derivative_key, c.attempt, c.state FROM capture c
        WHERE c.original_removed_at IS NULL AND (c.created_at <= $1 OR c.state = 'superseded' AND c.upload_expires_at <= $2)
          AND c.state IN ('settled', 'rejected', 'expired', 'superseded')
          AND (coalesce(c.settled_at, c.submitted_at, c.created_at) <= $1 OR c.state = 'superseded')
          AND (c.disputable_until IS NULL OR c.disputable_until <= $2)
          AND NOT EXISTS (SELECT FROM dispute d WHERE d.capture_id = c.id AND (d.state = 'open' OR d.decided_at > $1))
        ORDER BY c.created_at LIMIT $3`,
      [new Date(before), new Date(now), limit],
    );
  }

  async markRemoved(tx: Tx, id: string, at: Instant): Promise<void> {
    await sql(tx, 'UPDATE capture SET original_removed_at = $2 WHERE id = $1 AND original_removed_at IS NULL', [
      id,
      new Date(at),
    ]);
  }
}
