import { Injectable } from '@nestjs/common';
import type { Id, ReviewRoute } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';
import { advance } from '../platform/lifecycle/transitions.js';
import type { CaptureRow } from './capture.entity.js';
import { CAPTURE_TRANSITIONS, type CaptureEvent } from './capture.machine.js';

export type NewCapture = Pick<
  CaptureRow,
  | 'id'
  | 'mode'
  | 'bounty_id'
  | 'reservation_id'
  | 'contributor_id'
  | 'sealed'
  | 'seal'
  | 'salt'
  | 'storage_key'
  | 't0'
  | 't1'
  | 'upload_expires_at'
  | 'created_at'
>;

@Injectable()
export class CapturesRepository {
  async insert(tx: Tx, row: NewCapture): Promise<void> {
    await sql(
      tx,
      `INSERT INTO capture (id, mode, bounty_id, reservation_id, contributor_id, state, sealed, seal, salt, storage_key, t0, t1, upload_expires_at, created_at)
       VALUES ($1, $2, $3, $4, $5, 'uploading', $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        row.id,
        row.mode,
        row.bounty_id,
        row.reservation_id,
        row.contributor_id,
        row.sealed,
        row.seal,
        row.salt,
        row.storage_key,
        new Date(row.t0),
        new Date(row.t1),
        new Date(row.upload_expires_at),
        new Date(row.created_at),
      ],
    );
  }

  async get(tx: Tx, id: string): Promise<CaptureRow | null> {
    return sqlOne<CaptureRow>(tx, 'SELECT * FROM capture WHERE id = $1', [id]);
  }

  /** As `get`, and nobody else changes the row until the transaction ends. */
  async lock(tx: Tx, id: string): Promise<CaptureRow | null> {
    return sqlOne<CaptureRow>(tx, 'SELECT * FROM capture WHERE id = $1 FOR UPDATE', [id]);
  }

  async bySeal(tx: Tx, seal: string): Promise<CaptureRow | null> {
    return sqlOne<CaptureRow>(tx, 'SELECT * FROM capture WHERE seal = $1', [seal]);
  }

  async advance(tx: Tx, id: string, event: CaptureEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'capture', transitions: CAPTURE_TRANSITIONS, id, event, at, set });
  }

  /** Counts a hand-over to the verifier and answers which one it is. */
  async dispatch(tx: Tx, id: string, at: Instant): Promise<number> {
    const row = await sqlOne<{ attempt: number }>(
      tx,
      'UPDATE capture SET attempt = attempt + 1, dispatched_at = $2 WHERE id = $1 RETURNING attempt',
      [id, new Date(at)],
    );
    return row!.attempt;
  }

  /** Uploads that never came, or whose reservation ended. */
  async abandoned(tx: Tx, now: Instant, limit: number): Promise<Id<'capture'>[]> {
    const rows = await sql<{ id: Id<'capture'> }>(
      tx,
      `SELECT c.id FROM capture c JOIN reservation r ON r.id = c.reservation_id
        WHERE c.state = 'uploading' AND (c.upload_expires_at <= $1 OR r.state <> 'active') ORDER BY c.upload_expires_at LIMIT $2`,
      [new Date(now), limit],
    );
    return rows.map((row) => row.id);
  }

  /** Submitted captures whose verdict is overdue: handed over before `before`, or never. */
  async overdue(tx: Tx, before: Instant, limit: number): Promise<Id<'capture'>[]> {
    const rows = await sql<{ id: Id<'capture'> }>(
      tx,
      `SELECT id FROM capture WHERE state IN ('submitted', 'verifying') AND coalesce(dispatched_at, submitted_at) <= $1 ORDER BY submitted_at LIMIT $2`,
      [new Date(before), limit],
    );
    return rows.map((row) => row.id);
  }

  /** Captures that wait for the operator, oldest first. */
  async inReview(tx: Tx, page: { mode: string; after: string | null; limit: number }): Promise<CaptureRow[]> {
    return sql<CaptureRow>(
      tx,
      `SELECT * FROM capture WHERE state = 'review' AND mode = $1 AND ($2::text IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [page.mode, page.after, page.limit],
    );
  }

  /** Captures that wait for this requester, oldest first. */
  async inReviewBy(tx: Tx, agentId: string, page: { after: string | null; limit: number }): Promise<CaptureRow[]> {
    return sql<CaptureRow>(
      tx,
      `SELECT c.* FROM capture c JOIN bounty b ON b.id = c.bounty_id
        WHERE b.agent_id = $1 AND c.state = 'review' AND c.review_route = 'requester' AND ($2::text IS NULL OR c.id > $2)
        ORDER BY c.id LIMIT $3`,
      [agentId, page.after, page.limit],
    );
  }

  /** Hands a capture in review to somebody else, with a deadline of its own. False when it is in review no more. */
  async reroute(tx: Tx, id: string, route: ReviewRoute, until: Instant): Promise<boolean> {
    const set = `UPDATE capture SET review_route = $2, review_until = $3 WHERE id = $1 AND state = 'review'`;
    return (await sqlCount(tx, set, [id, route, new Date(until)])) === 1;
  }

  /** Names the redacted picture of a capture; null withholds it. */
  async setDerivative(tx: Tx, id: string, key: string | null): Promise<void> {
    await sql(tx, 'UPDATE capture SET derivative_key = $2 WHERE id = $1', [id, key]);
  }

  /** Whether an objection against one of these contributors was found right: from then on silence pays for no capture of theirs. */
  async haveLostSilence(tx: Tx, contributorIds: readonly string[]): Promise<boolean> {
    const text = `SELECT EXISTS (SELECT FROM capture WHERE contributor_id = ANY($1) AND review_route = 'objected' AND state = 'rejected') AS lost`;
    return (await sqlOne<{ lost: boolean }>(tx, text, [contributorIds]))!.lost;
  }

  /** What a requester has paid in fees since an instant, in micros. */
  async feesPaidSince(tx: Tx, agentId: string, since: Instant): Promise<bigint> {
    const row = await sqlOne<{ fees: bigint }>(
      tx,
      `SELECT coalesce(sum(c.fee), 0)::bigint AS fees FROM capture c JOIN bounty b ON b.id = c.bounty_id
        WHERE b.agent_id = $1 AND c.settled_at > $2`,
      [agentId, new Date(since)],
    );
    return row!.fees;
  }

  async reviewsDue(tx: Tx, now: Instant, limit: number): Promise<Id<'capture'>[]> {
    const rows = await sql<{ id: Id<'capture'> }>(
      tx,
      `SELECT id FROM capture WHERE state = 'review' AND review_until <= $1 ORDER BY review_until LIMIT $2`,
      [new Date(now), limit],
    );
    return rows.map((row) => row.id);
  }
}
