import { Injectable } from '@nestjs/common';
import type { Id, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlCount, sqlOne, type Tx } from '../platform/database/index.js';
import type { ObservationRow } from './observation.entity.js';

export type NewObservation = Omit<
  ObservationRow,
  'log_index' | 'funder_seq' | 'public_seq' | 'published_at' | 'disputed_at'
>;

export interface FeedQuery {
  readonly mode: Mode;
  /** In the exclusive period an observation is shown to its funder alone. */
  readonly viewer_id: string;
  readonly kind: string | null;
  readonly cell: string | null;
  readonly after: bigint;
  readonly limit: number;
}

@Injectable()
export class ObservationsRepository {
  async insert(tx: Tx, row: NewObservation): Promise<void> {
    await sql(
      tx,
      `INSERT INTO observation (id, mode, capture_id, bounty_id, contributor_id, funder_id, kind, record, salt, commitment, coarse_cell,
                                price, currency, resale, embargo_until, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [
        row.id,
        row.mode,
        row.capture_id,
        row.bounty_id,
        row.contributor_id,
        row.funder_id,
        row.kind,
        row.record,
        row.salt,
        row.commitment,
        row.coarse_cell,
        row.price,
        row.currency,
        row.resale,
        new Date(row.embargo_until),
        new Date(row.created_at),
      ],
    );
  }

  /** An upheld dispute of its requester marks an observation, once; it is never edited. */
  async markDisputed(tx: Tx, captureId: string, at: Instant): Promise<void> {
    await sql(tx, 'UPDATE observation SET disputed_at = $2 WHERE capture_id = $1 AND disputed_at IS NULL', [
      captureId,
      new Date(at),
    ]);
  }

  /** A published observation. */
  async get(tx: Tx, id: string): Promise<ObservationRow | null> {
    return sqlOne<ObservationRow>(tx, 'SELECT * FROM observation WHERE id = $1 AND published_at IS NOT NULL', [id]);
  }

  async unpublished(tx: Tx, mode: Mode, limit: number): Promise<Id<'observation'>[]> {
    const rows = await sql<{ id: Id<'observation'> }>(
      tx,
      'SELECT id FROM observation WHERE mode = $1 AND published_at IS NULL ORDER BY created_at LIMIT $2',
      [mode, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Published observations whose exclusive period is over and that nobody else has been shown yet. */
  async released(tx: Tx, now: Instant, limit: number): Promise<{ id: Id<'observation'>; mode: Mode }[]> {
    return sql(
      tx,
      'SELECT id, mode FROM observation WHERE published_at IS NOT NULL AND public_seq IS NULL AND resale AND embargo_until <= $1 ORDER BY embargo_until LIMIT $2',
      [new Date(now), limit],
    );
  }

  /** Publishes an observation: to everybody, or to its funder while it is exclusive. Null when it is published already. */
  async publish(tx: Tx, id: string, mode: Mode, logIndex: number, at: Instant): Promise<ObservationRow | null> {
    const seq = await this.nextSeq(tx, mode);
    return sqlOne<ObservationRow>(
      tx,
      `UPDATE observation SET log_index = $3, published_at = $4,
              public_seq = CASE WHEN resale AND embargo_until <= $4 THEN $2::bigint END,
              funder_seq = CASE WHEN resale AND embargo_until <= $4 THEN NULL ELSE $2::bigint END
        WHERE id = $1 AND published_at IS NULL RETURNING *`,
      [id, seq, logIndex, new Date(at)],
    );
  }

  /** Shows an observation to everybody from now on. Repeatable. */
  async release(tx: Tx, id: string, mode: Mode): Promise<void> {
    await sql(tx, 'UPDATE observation SET public_seq = $2 WHERE id = $1 AND public_seq IS NULL', [
      id,
      await this.nextSeq(tx, mode),
    ]);
  }

  /** The next place in the feed. The row stays locked until the commit, so places become visible in order. Gaps are harmless. */
  private async nextSeq(tx: Tx, mode: Mode): Promise<bigint> {
    const row = await sqlOne<{ seq: bigint }>(
      tx,
      'UPDATE feed_sequence SET next = next + 1 WHERE name = $1 RETURNING next - 1 AS seq',
      [`observations:${mode}`],
    );
    return row!.seq;
  }

  /** What a viewer may know of, in feed order; each observation once, at the place where this viewer first could see it. */
  async list(tx: Tx, query: FeedQuery): Promise<(ObservationRow & { seq: bigint })[]> {
    return sql(
      tx,
      `SELECT * FROM (
         (SELECT public_seq AS seq, o.* FROM observation o
           WHERE mode = $1 AND public_seq > $2 AND (funder_id <> $3 OR funder_seq IS NULL)
             AND ($4::text IS NULL OR kind = $4) AND ($5::text IS NULL OR coarse_cell = $5) ORDER BY public_seq LIMIT $6)
         UNION ALL
         (SELECT funder_seq AS seq, o.* FROM observation o
           WHERE mode = $1 AND funder_id = $3 AND funder_seq > $2
             AND ($4::text IS NULL OR kind = $4) AND ($5::text IS NULL OR coarse_cell = $5) ORDER BY funder_seq LIMIT $6)
       ) visible ORDER BY seq LIMIT $6`,
      [query.mode, query.after, query.viewer_id, query.kind, query.cell, query.limit],
    );
  }

  /** Where a viewer's stream stood when it saw this observation; null when that is not known. */
  async seqOf(tx: Tx, id: string, viewerId: string): Promise<bigint | null> {
    const row = await sqlOne<{ seq: bigint | null }>(
      tx,
      'SELECT CASE WHEN funder_id = $2 THEN coalesce(funder_seq, public_seq) ELSE public_seq END AS seq FROM observation WHERE id = $1',
      [id, viewerId],
    );
    return row?.seq ?? null;
  }

  /** Records a read; false when this reader has it already. */
  async recordRead(tx: Tx, observationId: string, readerId: string, price: bigint, at: Instant): Promise<boolean> {
    const count = await sqlCount(
      tx,
      'INSERT INTO observation_read (observation_id, reader_id, price, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [observationId, readerId, price, new Date(at)],
    );
    return count === 1;
  }

  async hasRead(tx: Tx, observationId: string, readerId: string): Promise<boolean> {
    return (
      (await sqlOne(tx, 'SELECT 1 AS one FROM observation_read WHERE observation_id = $1 AND reader_id = $2', [
        observationId,
        readerId,
      ])) !== null
    );
  }
}
