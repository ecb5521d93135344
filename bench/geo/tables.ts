import type { Client } from 'pg';
import type { Listed } from '../../src/bounties/near/near.order.js';
import { listedIn } from '../../src/bounties/near/near.cells.js';
import { asBigint } from '../../src/bounties/near/near.statement.js';
import { NEAR_INDEXES, NEAR_TABLE } from '../../migrations/1764002840000-near-search.js';
import { bountyAt, updateAt, type Update } from './world.js';

const BATCH = 10_000;

/** How one side keeps its bounties. */
interface Side {
  insert(rows: readonly Listed[]): Promise<unknown>;
  raise(ids: readonly string[], prices: readonly bigint[]): Promise<unknown>;
  close(ids: readonly string[]): Promise<unknown>;
}

/** Our table, as the migration makes it. */
export function ourSide(client: Client): Side & { prepare(): Promise<void>; index(): Promise<void> } {
  return {
    prepare: async () => void (await client.query(`DROP TABLE IF EXISTS bounty_near; ${NEAR_TABLE}`)),
    index: async () => void (await client.query(NEAR_INDEXES)),
    insert: (rows) =>
      client.query(
        `INSERT INTO bounty_near (bounty_id, mode, kind, cell, price, lat, lng, extent_m, changed_at)
         SELECT *, now() FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::float8[], $7::float8[], $8::float8[])`,
        [
          rows.map(({ bounty_id }) => bounty_id),
          rows.map(({ mode }) => mode),
          rows.map(({ kind }) => kind),
          rows.map((row) => asBigint(listedIn(row))),
          rows.map(({ price }) => price),
          rows.map(({ lat }) => lat),
          rows.map(({ lng }) => lng),
          rows.map(({ extent_m }) => extent_m),
        ],
      ),
    raise: (ids, prices) =>
      client.query(
        `UPDATE bounty_near n SET price = u.price, changed_at = now(), changed_by = pg_current_xact_id()
           FROM unnest($1::text[], $2::bigint[]) AS u (id, price) WHERE n.bounty_id = u.id AND n.open`,
        [ids, prices],
      ),
    close: (ids) =>
      client.query(
        `UPDATE bounty_near SET open = false, changed_at = now(), changed_by = pg_current_xact_id() WHERE bounty_id = ANY ($1)`,
        [ids],
      ),
  };
}

/** The same bounties as points with a GiST index over the open ones. */
export function postgisSide(
  client: Client,
  table: string,
): Side & { prepare(): Promise<void>; index(): Promise<void>; copyClustered(copy: string): Promise<void> } {
  return {
    prepare: async () =>
      void (await client.query(
        `CREATE EXTENSION IF NOT EXISTS postgis; DROP TABLE IF EXISTS ${table};
         CREATE TABLE ${table} (bounty_id text NOT NULL, kind text NOT NULL, price bigint NOT NULL, geom geometry(Point, 4326) NOT NULL,
           extent_m float8 NOT NULL, open boolean NOT NULL DEFAULT true, changed_at timestamptz NOT NULL)`,
      )),
    index: async () =>
      void (await client.query(
        `CREATE INDEX ${table}_by_place ON ${table} USING gist (geom) WHERE open; CREATE UNIQUE INDEX ${table}_by_id ON ${table} (bounty_id)`,
      )),
    copyClustered: async (copy) => {
      await client.query(`DROP TABLE IF EXISTS ${copy}; CREATE TABLE ${copy} AS SELECT * FROM ${table} WHERE open`);
      // A partial index cannot cluster a table, so the copy, which holds open ones alone, is clustered by a whole one.
      await client.query(
        `CREATE INDEX ${copy}_whole ON ${copy} USING gist (geom); CLUSTER ${copy} USING ${copy}_whole`,
      );
    },
    insert: (rows) =>
      client.query(
        `INSERT INTO ${table} (bounty_id, kind, price, geom, extent_m, changed_at)
         SELECT id, kind, price, ST_SetSRID(ST_MakePoint(lng, lat), 4326), extent_m, now()
           FROM unnest($1::text[], $2::text[], $3::bigint[], $4::float8[], $5::float8[], $6::float8[]) AS r (id, kind, price, lat, lng, extent_m)`,
        [
          rows.map(({ bounty_id }) => bounty_id),
          rows.map(({ kind }) => kind),
          rows.map(({ price }) => price),
          rows.map(({ lat }) => lat),
          rows.map(({ lng }) => lng),
          rows.map(({ extent_m }) => extent_m),
        ],
      ),
    raise: (ids, prices) =>
      client.query(
        `UPDATE ${table} t SET price = u.price, changed_at = now() FROM unnest($1::text[], $2::bigint[]) AS u (id, price)
          WHERE t.bounty_id = u.id AND t.open`,
        [ids, prices],
      ),
    close: (ids) =>
      client.query(`UPDATE ${table} SET open = false, changed_at = now() WHERE bounty_id = ANY ($1)`, [ids]),
  };
}

/** The first `rows` bounties, into every side. */
export async function fill(sides: readonly Side[], rows: number): Promise<void> {
  for (let from = 0; from < rows; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, rows - from) }, (_, i) => bountyAt(from + i));
    for (const side of sides) await side.insert(batch);
  }
}

/** The first `updates` changes, in the same order to every side. */
export async function churn(sides: readonly Side[], rows: number, updates: number): Promise<void> {
  for (let from = 0; from < updates; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, updates - from) }, (_, i) => updateAt(from + i, rows));
    const of = <W extends Update['what']>(what: W) =>
      batch.filter((update): update is Extract<Update, { what: W }> => update.what === what);
    const [raised, closed, opened] = [of('raise'), of('close'), of('open')];
    for (const side of sides) {
      await side.raise(raised.map(({ bounty_id }) => bounty_id), raised.map(({ price }) => price)); // prettier-ignore
      await side.close(closed.map(({ bounty_id }) => bounty_id));
      await side.insert(opened.map(({ row }) => row));
    }
  }
}
