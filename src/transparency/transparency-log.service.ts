import {
  HASH_BYTES,
  leafBytes,
  originHash,
  toHex,
  type ConsistencyProof,
  type InclusionProof,
  type Leaf,
  type LogRoot,
  type Mode,
} from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import type { Clock } from '../kernel/clock.js';
import type { Tx } from '../platform/database/index.js';
import { parseTilePath } from './tile-path.js';
import { TILE_WIDTH, consistencyRanges, hashRanges, inclusionRanges, tilesOf, type Range } from './tiles.js';
import type { CheckpointRow, CosignatureRow, TransparencyRepository } from './transparency.repository.js';

/** A signed state of the log. */
export interface Checkpoint {
  readonly log_origin: string;
  readonly size: number;
  /** C2SP checkpoint note, the answer of `GET /v1/log/checkpoint`. */
  readonly note: string;
  readonly log_root: LogRoot;
}

/** What other domains and the log routes ask of the log. Everything but `append` only reads. */
export class TransparencyLog {
  constructor(
    private readonly repository: TransparencyRepository,
    private readonly origins: Readonly<Record<Mode, string>>,
    private readonly clock: Clock,
  ) {}

  /**
   * Puts a leaf into the log together with whatever else `tx` writes: both or neither. Takes no lock that another append
   * waits for; the sequencer gives the leaf its place after the commit, so call `Sequencer.kick(mode)` then.
   * Repeatable: the same leaf again changes nothing.
   * @throws {AssertionFailed} when the id already stands for another leaf.
   */
  async append(tx: Tx, mode: Mode, leaf: Omit<Leaf, 'v'>): Promise<void> {
    const entry = Buffer.from(leafBytes({ v: 1, ...leaf }));
    if (await this.repository.insertLeaf(tx, mode, leaf.id, entry, this.clock.now())) return;
    const logged = await this.repository.leafEntry(tx, mode, leaf.id);
    assert(logged?.equals(entry), `the log holds another leaf under ${leaf.id}`);
  }

  /** Where a leaf is, and the size of the first checkpoint that covers it. Null: money for it must not move yet. */
  async covered(tx: Tx, mode: Mode, leafId: string): Promise<{ index: number; size: number } | null> {
    return this.repository.covered(tx, mode, leafId);
  }

  /** The newest checkpoint, or the one signed at exactly `size`; null when there is none. */
  async checkpoint(tx: Tx, mode: Mode, size?: number): Promise<Checkpoint | null> {
    const row = await this.repository.checkpoint(tx, mode, size);
    return row ? this.signed(mode, row) : null;
  }

  /** Checkpoints of sizes above `after`, by size. */
  async checkpointsAfter(tx: Tx, mode: Mode, after: number, limit: number): Promise<Checkpoint[]> {
    const rows = await this.repository.checkpointsAfter(tx, mode, after, limit);
    return rows.map((row) => this.signed(mode, row));
  }

  /**
   * Proof that a leaf is under the newest checkpoint, or under the one signed at exactly `size`.
   * @returns null when the log has no such leaf, no such checkpoint, or the checkpoint is older than the leaf.
   */
  async inclusionProof(tx: Tx, mode: Mode, leafId: string, size?: number): Promise<InclusionProof | null> {
    const place = await this.repository.covered(tx, mode, leafId);
    const row = await this.repository.checkpoint(tx, mode, size);
    if (!place || !row || row.size <= place.index) return null;
    const { log_origin, note: checkpoint, log_root } = this.signed(mode, row);
    const hashes = await this.hashes(tx, mode, inclusionRanges(place.index, row.size));
    return { log_origin, leaf_index: place.index, tree_size: row.size, hashes, checkpoint, log_root };
  }

  /**
   * Proof that the checkpoint signed at `to` (default: the newest) only added leaves to the tree of `from` leaves.
   * @returns null when nothing was signed at `to`, or `from` is larger.
   */
  async consistencyProof(tx: Tx, mode: Mode, from: number, to?: number): Promise<ConsistencyProof | null> {
    const row = await this.repository.checkpoint(tx, mode, to);
    if (!row || from > row.size) return null;
    const { log_origin, note: checkpoint, log_root } = this.signed(mode, row);
    const hashes = await this.hashes(tx, mode, consistencyRanges(from, row.size));
    return { log_origin, from, to: row.size, hashes, checkpoint, log_root };
  }

  /** `width` hashes of a tile, 32 bytes each; null when the tree has not grown that far. Never changes once not null. */
  async tile(tx: Tx, mode: Mode, level: number, n: number, width = TILE_WIDTH): Promise<Buffer | null> {
    const hashes = await this.repository.tilePrefix(tx, mode, { level, n }, width * HASH_BYTES);
    return hashes?.length === width * HASH_BYTES ? hashes : null;
  }

  /** `width` entries of a bundle, each after its length as big-endian uint16 (C2SP tlog-tiles); null as for `tile`. */
  async entryBundle(tx: Tx, mode: Mode, n: number, width = TILE_WIDTH): Promise<Buffer | null> {
    const entries = await this.repository.entries(tx, mode, n * TILE_WIDTH, width);
    if (entries.length < width) return null;
    return Buffer.concat(entries.flatMap((entry) => [Buffer.of(entry.length >> 8, entry.length & 0xff), entry]));
  }

  /** The largest size that this witness cosigned; 0 for none. */
  async cosignedSize(tx: Tx, mode: Mode, witness: string): Promise<number> {
    return this.repository.cosignedSize(tx, mode, witness);
  }

  /** Puts a witness's line, which must have been checked, into the note of a checkpoint. Repeatable. */
  async addCosignature(tx: Tx, mode: Mode, cosignature: CosignatureRow): Promise<void> {
    await this.repository.insertCosignature(tx, mode, cosignature);
  }

  /** What `GET /v1/log/tile/<path>` answers: the tile or entry bundle of a C2SP path; null for every other path. */
  async resource(tx: Tx, mode: Mode, path: string): Promise<Buffer | null> {
    const at = parseTilePath(path);
    if (!at) return null;
    return at.level === null
      ? this.entryBundle(tx, mode, at.n, at.width)
      : this.tile(tx, mode, at.level, at.n, at.width);
  }

  private async hashes(tx: Tx, mode: Mode, ranges: readonly Range[]): Promise<string[]> {
    const tiles = await this.repository.tiles(tx, mode, tilesOf(ranges));
    return hashRanges(ranges, tiles).map(toHex);
  }

  private signed(mode: Mode, row: CheckpointRow): Checkpoint {
    const origin = this.origins[mode];
    const root = `0x${row.root.toString('hex')}` as const;
    const signature = `0x${row.root_signature.toString('hex')}` as const;
    const log_root = { mode, origin_hash: originHash(origin), size: row.size, root, signature };
    return { log_origin: origin, size: row.size, note: row.note, log_root };
  }
}
