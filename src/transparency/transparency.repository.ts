import { HASH_BYTES, type Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import type { Instant } from '../kernel/clock.js';
import { sql, type Tx } from '../platform/database/index.js';
import type { Tile, TileAt } from './tiles.js';

export interface Head {
  readonly origin: string | null;
  readonly size: number;
  readonly frontier: Buffer;
}
export interface CheckpointRow {
  readonly size: number;
  readonly note: string;
  readonly root: Buffer;
  readonly root_signature: Buffer;
}
export interface IndexedLeaf {
  readonly leaf_index: number;
  readonly entry: Buffer;
}

export interface CosignatureRow {
  readonly size: number;
  /** Name of the witness's key. */
  readonly witness: string;
  /** A signature line of the note, checked, newline included. */
  readonly line: string;
  readonly at: Instant;
}

/** A checkpoint's note with the lines of its witnesses. */
const COSIGNED_NOTE = `note || coalesce((SELECT string_agg(line, '' ORDER BY witness) FROM log_cosignature
  WHERE log_cosignature.mode = log_checkpoint.mode AND log_cosignature.size = log_checkpoint.size), '') AS note`;

/** SQL of the log. Sizes and indexes are below 2^53 by a check of the tables, so they are plain numbers here. */
export class TransparencyRepository {
  /** @returns false when the log has a leaf of this id already. */
  async insertLeaf(tx: Tx, mode: Mode, id: string, entry: Buffer, at: Instant): Promise<boolean> {
    const rows = await sql(
      tx,
      `INSERT INTO log_leaf (mode, id, entry, appended_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (mode, id) DO NOTHING RETURNING id`,
      [mode, id, entry, new Date(at)],
    );
    return rows.length === 1;
  }

  async leafEntry(tx: Tx, mode: Mode, id: string): Promise<Buffer | null> {
    const rows = await sql<{ entry: Buffer }>(tx, 'SELECT entry FROM log_leaf WHERE mode = $1 AND id = $2', [mode, id]);
    return rows[0]?.entry ?? null;
  }

  /** The head, locked to the end of the transaction: whoever holds it is the only one who can append to the tree. */
  async lockHead(tx: Tx, mode: Mode): Promise<Head> {
    const [row] = await sql<{ origin: string | null; size: bigint; frontier: Buffer }>(
      tx,
      'SELECT origin, size, frontier FROM log_head WHERE mode = $1 FOR UPDATE',
      [mode],
    );
    assert(row, `there is no log of mode ${mode}`);
    return { ...row, size: Number(row.size) };
  }

  /**
   * Gives the next indexes to committed leaves that have none, in order of arrival, at most `limit`. A leaf that commits
   * late is simply found next time: nothing is remembered about which arrivals were seen.
   */
  async indexPending(tx: Tx, mode: Mode, firstIndex: number, limit: number): Promise<IndexedLeaf[]> {
    const rows = await sql<{ leaf_index: bigint; entry: Buffer }>(
      tx,
      `WITH batch AS (
         SELECT id, $2::bigint + row_number() OVER (ORDER BY seq) - 1 AS leaf_index
         FROM (SELECT id, seq FROM log_leaf WHERE mode = $1 AND leaf_index IS NULL ORDER BY seq LIMIT $3) AS pending)
       UPDATE log_leaf SET leaf_index = batch.leaf_index FROM batch
       WHERE log_leaf.mode = $1 AND log_leaf.id = batch.id
       RETURNING log_leaf.leaf_index, log_leaf.entry`,
      [mode, firstIndex, limit],
    );
    return rows
      .map((row) => ({ leaf_index: Number(row.leaf_index), entry: row.entry }))
      .sort((a, b) => a.leaf_index - b.leaf_index);
  }

  /** Appends hashes to their tiles. @throws {AssertionFailed} when a tile did not hold exactly `offset` hashes before. */
  async extendTiles(tx: Tx, mode: Mode, tiles: readonly (Tile & { offset: number })[]): Promise<void> {
    const rows = await sql<{ level: number; n: bigint; bytes: number }>(
      tx,
      `INSERT INTO log_tile (mode, level, n, hashes)
       SELECT $1, * FROM unnest($2::smallint[], $3::bigint[], $4::bytea[])
       ON CONFLICT (mode, level, n) DO UPDATE SET hashes = log_tile.hashes || excluded.hashes
       RETURNING level, n, octet_length(hashes) AS bytes`,
      [mode, tiles.map((tile) => tile.level), tiles.map((tile) => tile.n), tiles.map((tile) => tile.hashes)],
    );
    const bytes = new Map(rows.map((row) => [`${row.level}/${row.n}`, row.bytes]));
    for (const tile of tiles) {
      const name = `${tile.level}/${tile.n}`;
      assert(bytes.get(name) === tile.offset * HASH_BYTES + tile.hashes.length, `tile ${name} does not fit the head`);
    }
  }

  /** Moves the head on. @throws {AssertionFailed} when it is not at `previous` or belongs to another origin. */
  async advanceHead(tx: Tx, mode: Mode, previous: number, next: Head): Promise<void> {
    const rows = await sql(
      tx,
      `UPDATE log_head SET origin = $3, size = $4, frontier = $5
       WHERE mode = $1 AND size = $2 AND (origin IS NULL OR origin = $3) RETURNING mode`,
      [mode, previous, next.origin, next.size, next.frontier],
    );
    assert(rows.length === 1, `the ${mode} log is no longer at size ${previous}`);
  }

  async insertCheckpoint(tx: Tx, mode: Mode, row: CheckpointRow, at: Instant): Promise<void> {
    await sql(
      tx,
      `INSERT INTO log_checkpoint (mode, size, note, root, root_signature, signed_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [mode, row.size, row.note, row.root, row.root_signature, new Date(at)],
    );
  }

  /** When the newest checkpoint was signed; null before the first. */
  async lastSignedAt(tx: Tx, mode: Mode): Promise<Instant | null> {
    const [row] = await sql<{ signed_at: Instant }>(
      tx,
      'SELECT signed_at FROM log_checkpoint WHERE mode = $1 ORDER BY size DESC LIMIT 1',
      [mode],
    );
    return row?.signed_at ?? null;
  }

  /** Checkpoints of sizes above `after`, by size. */
  async checkpointsAfter(tx: Tx, mode: Mode, after: number, limit: number): Promise<CheckpointRow[]> {
    const rows = await sql<Omit<CheckpointRow, 'size'> & { size: bigint }>(
      tx,
      `SELECT size, ${COSIGNED_NOTE}, root, root_signature FROM log_checkpoint WHERE mode = $1 AND size > $2 ORDER BY size LIMIT $3`,
      [mode, after, limit],
    );
    return rows.map((row) => ({ ...row, size: Number(row.size) }));
  }

  /** The newest checkpoint, or the one of exactly this size; null when there is none. */
  async checkpoint(tx: Tx, mode: Mode, size?: number): Promise<CheckpointRow | null> {
    const [row] = await sql<Omit<CheckpointRow, 'size'> & { size: bigint }>(
      tx,
      `SELECT size, ${COSIGNED_NOTE}, root, root_signature FROM log_checkpoint
       WHERE mode = $1 AND ($2::bigint IS NULL OR size = $2) ORDER BY size DESC LIMIT 1`,
      [mode, size ?? null],
    );
    return row ? { ...row, size: Number(row.size) } : null;
  }

  /** Index of a leaf and the size of the first checkpoint that covers it; null while there is none. */
  async covered(tx: Tx, mode: Mode, id: string): Promise<{ index: number; size: number } | null> {
    const [row] = await sql<{ leaf_index: bigint; size: bigint }>(
      tx,
      `SELECT leaf.leaf_index, checkpoint.size FROM log_leaf AS leaf
       CROSS JOIN LATERAL (SELECT size FROM log_checkpoint
         WHERE mode = leaf.mode AND size > leaf.leaf_index ORDER BY size LIMIT 1) AS checkpoint
       WHERE leaf.mode = $1 AND leaf.id = $2`,
      [mode, id],
    );
    return row ? { index: Number(row.leaf_index), size: Number(row.size) } : null;
  }

  /** Adds a witness's line to the note of a checkpoint. Repeatable; the first line of a witness stays. */
  async insertCosignature(tx: Tx, mode: Mode, { size, witness, line, at }: CosignatureRow): Promise<void> {
    await sql(
      tx,
      'INSERT INTO log_cosignature (mode, size, witness, line, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
      [mode, size, witness, line, new Date(at)],
    );
  }

  /** The largest size that a witness cosigned; 0 for none. */
  async cosignedSize(tx: Tx, mode: Mode, witness: string): Promise<number> {
    const [row] = await sql<{ size: bigint | null }>(
      tx,
      'SELECT max(size) AS size FROM log_cosignature WHERE mode = $1 AND witness = $2',
      [mode, witness],
    );
    return Number(row?.size ?? 0);
  }

  async tiles(tx: Tx, mode: Mode, at: readonly TileAt[]): Promise<Tile[]> {
    if (at.length === 0) return [];
    const rows = await sql<{ level: number; n: bigint; hashes: Buffer }>(
      tx,
      `SELECT level, n, hashes FROM log_tile
       JOIN unnest($2::smallint[], $3::bigint[]) AS wanted (level, n) USING (level, n) WHERE mode = $1`,
      [mode, at.map((tile) => tile.level), at.map((tile) => tile.n)],
    );
    return rows.map((row) => ({ level: row.level, n: Number(row.n), hashes: row.hashes }));
  }

  /** The first `bytes` of a tile; shorter when it holds fewer, null when there is no such tile. */
  async tilePrefix(tx: Tx, mode: Mode, at: TileAt, bytes: number): Promise<Buffer | null> {
    const [row] = await sql<{ hashes: Buffer }>(
      tx,
      'SELECT substring(hashes FOR $4) AS hashes FROM log_tile WHERE mode = $1 AND level = $2 AND n = $3',
      [mode, at.level, at.n, bytes],
    );
    return row?.hashes ?? null;
  }

  /** Entries from index `start` on, in order, at most `count`. */
  async entries(tx: Tx, mode: Mode, start: number, count: number): Promise<Buffer[]> {
    const rows = await sql<{ entry: Buffer }>(
      tx,
      `SELECT entry FROM log_leaf WHERE mode = $1 AND leaf_index >= $2 AND leaf_index < $2::bigint + $3
       ORDER BY leaf_index`,
      [mode, start, count],
    );
    return rows.map((row) => row.entry);
  }
}
