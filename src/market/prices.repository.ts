import { Injectable } from '@nestjs/common';
import type { Instant } from '../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';
import type { Fill, Ground } from './fills.repository.js';
import type { PriceBucketRow } from './price.buckets.js';

const OF_GROUND = 'mode = $1 AND cell = $2 AND kind = $3 AND currency = $4';
const keyOf = ({ mode, cell, kind, currency }: Ground): string[] => [mode, cell, kind, currency];

/** Histories of prices, in buckets that never change. */
@Injectable()
export class PricesRepository {
  /** Grounds with fills that no bucket has counted and whose hour is over. */
  async waiting(tx: Tx, hour: Instant, limit: number): Promise<Ground[]> {
    return sql(
      tx,
      `SELECT mode, cell, kind, currency FROM market_fill WHERE NOT bucketed AND filled_at < $1
        GROUP BY mode, cell, kind, currency HAVING count(*) >= 3 LIMIT $2`,
      [new Date(hour), limit],
    );
  }

  /** Its fills that no bucket has counted, oldest first, locked against another pass; and where its last bucket ended. */
  async uncounted(tx: Tx, ground: Ground, limit: number): Promise<{ fills: Fill[]; ended_at: Instant | null }> {
    const fills = await sql<Fill>(
      tx,
      `SELECT * FROM market_fill WHERE ${OF_GROUND} AND NOT bucketed ORDER BY filled_at, capture_id LIMIT $5 FOR UPDATE`,
      [...keyOf(ground), limit],
    );
    const last = await sqlOne<{ ended_at: Instant | null }>(
      tx,
      `SELECT max(ends_at) AS ended_at FROM price_bucket WHERE ${OF_GROUND}`,
      keyOf(ground),
    );
    return { fills, ended_at: last!.ended_at };
  }

  /** Stores a bucket, and that it has counted these fills. */
  async insert(tx: Tx, ground: Ground, bucket: PriceBucketRow, fills: readonly Fill[]): Promise<void> {
    await sql(
      tx,
      `INSERT INTO price_bucket (mode, cell, kind, currency, starts_at, ends_at, fills, price_min, price_median, price_max, volume)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...keyOf(ground),
        new Date(bucket.starts_at),
        new Date(bucket.ends_at),
        bucket.fills,
        bucket.price_min,
        bucket.price_median,
        bucket.price_max,
        bucket.volume,
      ],
    );
    const counted = fills.map(({ capture_id }) => capture_id);
    await sql(tx, 'UPDATE market_fill SET bucketed = true WHERE capture_id = ANY($1)', [counted]);
  }

  /** Newest first; `before` is where the last page ended. */
  async page(tx: Tx, ground: Ground, before: Instant | null, limit: number): Promise<PriceBucketRow[]> {
    return sql(
      tx,
      `SELECT * FROM price_bucket WHERE ${OF_GROUND} AND ($5::timestamptz IS NULL OR ends_at < $5) ORDER BY ends_at DESC LIMIT $6`,
      [...keyOf(ground), before === null ? null : new Date(before), limit],
    );
  }
}
