import { Injectable } from '@nestjs/common';
import { priceAt, priceScheduleSchema, type Id, type Mode } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../../kernel/clock.js';
import { sql, sqlCount, type Tx } from '../../platform/database/index.js';
import { SUPPLY_DAYS, type Exposure } from './circumstances.js';
import type { PastFill } from './usual.js';

/** How a recorded stretch's row looks. */
export interface ExposureRow extends Omit<Exposure, 'priceAt' | 'filled'> {
  bounty_id: Id<'bounty'>;
  stretch: number;
  mode: Mode;
  /** The schedule in wire form. */
  price: Record<string, unknown>;
  behind_ms: bigint;
  price_floor: bigint;
  reservation_id: string | null;
  fill_price: bigint | null;
  recorded_at: Instant;
}

/** Fills that a usual price and a supply are taken from: more would not change a median by much. */
const FILLS_MAX = 500;
const COLUMNS = `bounty_id, stretch, mode, kind, provenance, cell, lng, supply, usual_price, opened_at, closes_at, from_at, to_at,
  filled_before, price, behind_ms, price_floor, reservation_id, fill_price, recorded_at`;

/** What closed bounties told, as it is stored. */
@Injectable()
export class FillRecord {
  /** Repeatable: a stretch that is stored stays as it is. */
  async insert(tx: Tx, rows: readonly ExposureRow[]): Promise<void> {
    const plain = rows.map((row) => ({
      ...row,
      ...Object.fromEntries(TIMES.map((name) => [name, new Date(row[name]).toISOString()])),
    }));
    await sql(
      tx,
      `INSERT INTO fill_exposure (${COLUMNS})
       SELECT ${COLUMNS} FROM jsonb_populate_recordset(NULL::fill_exposure, $1::jsonb) ON CONFLICT DO NOTHING`,
      [JSON.stringify(plain, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))],
    );
  }

  /** Newest first. */
  async newest(tx: Tx, mode: Mode, limit: number): Promise<Exposure[]> {
    const rows = await sql<ExposureRow>(
      tx,
      'SELECT * FROM fill_exposure WHERE mode = $1 ORDER BY recorded_at DESC, bounty_id, stretch LIMIT $2',
      [mode, limit],
    );
    return rows.map(exposureOf);
  }

  /** Whether anything was recorded after an instant. */
  async hasSince(tx: Tx, mode: Mode, since: Instant): Promise<boolean> {
    const text = 'SELECT FROM fill_exposure WHERE mode = $1 AND recorded_at > $2 LIMIT 1';
    return (await sqlCount(tx, text, [mode, new Date(since)])) > 0;
  }

  /** What was filled in the `SUPPLY_DAYS` before an instant, as far as it was recorded by then; everywhere when `cell` is null. */
  async fillsBefore(tx: Tx, mode: Mode, cell: string | null, at: Instant): Promise<PastFill[]> {
    return sql<{ contributor: string; price: bigint }>(
      tx,
      `SELECT r.contributor_id AS contributor, e.fill_price AS price FROM fill_exposure e JOIN reservation r ON r.id = e.reservation_id
        WHERE e.mode = $1 AND ($2::text IS NULL OR e.cell = $2) AND e.to_at > $3 AND e.to_at <= $4 AND e.recorded_at <= $4
        ORDER BY e.to_at DESC LIMIT ${FILLS_MAX}`,
      [mode, cell, new Date(at - seconds(SUPPLY_DAYS * 86_400)), new Date(at)],
    );
  }
}

const TIMES = ['opened_at', 'closes_at', 'from_at', 'to_at', 'recorded_at'] as const;

function exposureOf(row: ExposureRow): Exposure {
  const schedule = priceScheduleSchema.parse(row.price);
  const [behind, floor] = [Number(row.behind_ms), row.price_floor];
  return {
    ...row,
    filled: row.reservation_id !== null,
    priceAt: (at) => {
      const scheduled = priceAt(schedule, at - behind);
      return scheduled > floor ? scheduled : floor;
    },
  };
}
