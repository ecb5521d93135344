import { latLngToCell } from 'h3-js';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Resolution by the extent of an area up to so many metres; as in src/bounties/near/near.cells.ts when this was released. */
const LEVELS = [
  [250, 8],
  [2_000, 7],
  [15_000, 5],
  [Infinity, 3],
] as const;
const BATCH = 5_000;

/** The table of the near search; the benchmark makes it in a server that has nothing else of ours. */
export const NEAR_TABLE = `
  CREATE TABLE bounty_near (
    bounty_id text PRIMARY KEY,
    mode text NOT NULL,
    kind text NOT NULL,
    -- The H3 cell of the middle of its area, coarser for larger areas.
    cell bigint NOT NULL,
    -- The most that one slot can come to cost, micros.
    price bigint NOT NULL,
    lat double precision NOT NULL,
    lng double precision NOT NULL,
    extent_m double precision NOT NULL,
    -- False once it takes no work: kept for a while, so that whoever remembers it learns of it.
    open boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL,
    -- The transaction of the last change: readers that remember ask for what is not surely older than their last look.
    changed_by xid8 NOT NULL DEFAULT pg_current_xact_id()
  )`;
export const NEAR_INDEXES = `
  CREATE INDEX bounty_near_by_price ON bounty_near (mode, cell, price DESC, bounty_id DESC)
    INCLUDE (lat, lng, extent_m, kind) WHERE open;
  CREATE INDEX bounty_near_changed ON bounty_near (changed_by);
  CREATE INDEX bounty_near_gone ON bounty_near (changed_at) WHERE NOT open;`;

/** Open bounties by cell and price, for searches near a point; takes the place of an index over every cell that an area touches. */
export class NearSearch1764002840000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`${NEAR_TABLE};${NEAR_INDEXES}`);
    await runner.query('DROP INDEX bounty_by_cell');
    for (let after = ''; ;) {
      const rows = (await runner.query(
        `SELECT id, lat, lng, extent_m FROM bounty WHERE state = 'open' AND id > $1 ORDER BY id LIMIT ${BATCH}`,
        [after],
      )) as { id: string; lat: number; lng: number; extent_m: number }[];
      if (rows.length === 0) return;
      await runner.query(
        `INSERT INTO bounty_near (bounty_id, mode, kind, cell, price, lat, lng, extent_m, changed_at)
         SELECT b.id, b.mode, b.kind, c.cell, b.price, round(b.lat::numeric, 9), round(b.lng::numeric, 9), b.extent_m, now()
           FROM unnest($1::text[], $2::bigint[]) AS c (id, cell) JOIN bounty b USING (id)`,
        [rows.map(({ id }) => id), rows.map((row) => BigInt(`0x${cellOf(row)}`).toString())],
      );
      after = rows.at(-1)!.id;
    }
  }

  async down(): Promise<void> {
    throw new Error('migrations go forward only');
  }
}

function cellOf({ lat, lng, extent_m }: { lat: number; lng: number; extent_m: number }): string {
  return latLngToCell(lat, lng, LEVELS.find(([most]) => extent_m <= most)![1]);
}
