import { Injectable } from '@nestjs/common';
import type { Instant } from '../../kernel/clock.js';
import { onCommit, sql, sqlCount, type Tx } from '../../platform/database/index.js';
import type { BountyRow } from '../bounty.entity.js';
import { listedIn, roundDegrees } from './near.cells.js';
import type { Hit, Listed, NearQuery } from './near.order.js';
import { asBigint, nearStatement } from './near.statement.js';

const COLUMNS = 'bounty_id, mode, kind, price, lat, lng, extent_m';

/** What of a bounty is listed. */
type Listable = Pick<BountyRow, 'id' | 'mode' | 'kind' | 'price_cap' | 'lat' | 'lng' | 'extent_m'>;

/** What became of listings since a look at them. */
export interface Changes {
  /** What the next look must name, so that it misses nothing. */
  readonly seen: string;
  readonly rows: readonly (Listed & { open: boolean })[];
}

/** Open bounties as searches find them: kept in the transaction that opens, raises or ends one. */
@Injectable()
export class NearRepository {
  /** Changes that this process has committed. */
  private commits = 0;

  get committed(): number {
    return this.commits;
  }

  /** Lists an open bounty, or lists it anew at another price. Repeatable. */
  async put(tx: Tx, row: Listable, now: Instant): Promise<void> {
    await sql(
      tx,
      `INSERT INTO bounty_near (bounty_id, mode, kind, cell, price, lat, lng, extent_m, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (bounty_id) DO UPDATE SET cell = excluded.cell, price = excluded.price, lat = excluded.lat, lng = excluded.lng,
         extent_m = excluded.extent_m, open = true, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
      [
        row.id,
        row.mode,
        row.kind,
        asBigint(listedIn(row)),
        row.price_cap,
        roundDegrees(row.lat),
        roundDegrees(row.lng),
        row.extent_m,
        new Date(now),
      ],
    );
    onCommit(tx, () => this.commits++);
  }

  /** Takes a bounty off the list. Repeatable. */
  async drop(tx: Tx, id: string, now: Instant): Promise<void> {
    await sql(
      tx,
      `UPDATE bounty_near SET open = false, changed_at = $2, changed_by = pg_current_xact_id() WHERE bounty_id = $1 AND open`,
      [id, new Date(now)],
    );
    onCommit(tx, () => this.commits++);
  }

  /** The first `limit` open bounties near a point, in the order asked for. */
  async search(tx: Tx, query: NearQuery): Promise<Hit[]> {
    const { text, values } = nearStatement(query);
    return sql<Hit>(tx, text, values);
  }

  /** Of the bounties named those that are open, in no order. */
  async openRows(tx: Tx, ids: readonly string[]): Promise<BountyRow[]> {
    return sql<BountyRow>(tx, `SELECT * FROM bounty WHERE id = ANY ($1) AND state = 'open'`, [ids]);
  }

  /** Up to `limit` open bounties behind an id, in order of their ids. */
  async list(tx: Tx, after: string, limit: number): Promise<Listed[]> {
    const text = `SELECT ${COLUMNS} FROM bounty_near WHERE open AND bounty_id > $1 ORDER BY bounty_id LIMIT $2`;
    return sql<Listed>(tx, text, [after, limit]);
  }

  /**
   * What was changed by transactions that were not surely over at the last look, in the same snapshot as the answer's `seen`; null `since`
   * reads only that. A change may come twice, never not at all.
   */
  async changes(tx: Tx, since: string | null, limit: number): Promise<Changes> {
    const rows = await sql<{ seen: string; bounty_id: string | null } & Listed & { open: boolean }>(
      tx,
      `SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS seen, ${COLUMNS}, open
         FROM (VALUES (1)) AS once LEFT JOIN (SELECT * FROM bounty_near WHERE changed_by >= $1::text::xid8 LIMIT $2) AS changed ON true`,
      [since, limit],
    );
    return { seen: rows[0]!.seen, rows: rows.filter(({ bounty_id }) => bounty_id !== null) };
  }

  /** Forgets what left the list before an instant; answers how many. */
  async forget(tx: Tx, before: Instant): Promise<number> {
    return sqlCount(tx, 'DELETE FROM bounty_near WHERE NOT open AND changed_at < $1', [new Date(before)]);
  }
}
