import { LogFault } from './fault.js';
import { tileAt, TILE_WIDTH, type LogSource } from './source.js';
import { DIGEST_BYTES, equal, type CompleteSubtree, type Digest } from './tree.js';

const TILE_HEIGHT = 8;

/** Compares the tiles above the leaves with the subtrees that the leaves gave, a tile at a time. */
export class UpperTiles {
  fault: LogFault | null = null;
  /** Hashes of each level whose tile is not compared yet: those of one tile. */
  private readonly waiting = new Map<number, Map<number, Digest>>();

  constructor(private readonly source: LogSource) {}

  async completed({ height, index, hash }: CompleteSubtree): Promise<void> {
    if (height === 0 || height % TILE_HEIGHT !== 0) return;
    const level = height / TILE_HEIGHT;
    const hashes = this.waiting.get(level) ?? new Map<number, Digest>();
    this.waiting.set(level, hashes.set(index, hash));
    if (index % TILE_WIDTH === TILE_WIDTH - 1) await this.compare(level, TILE_WIDTH);
  }

  /** Compares the last, partial tiles of a tree of `size` leaves. */
  async end(size: number): Promise<void> {
    for (const level of [...this.waiting.keys()]) {
      await this.compare(level, Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH);
    }
  }

  private async compare(level: number, width: number): Promise<void> {
    const hashes = this.waiting.get(level)!;
    this.waiting.delete(level);
    const n = Math.floor([...hashes.keys()][0]! / TILE_WIDTH);
    const tile = await tileAt(this.source, level, n, width);
    for (const [index, hash] of hashes) {
      const at = (index % TILE_WIDTH) * DIGEST_BYTES;
      if (equal(tile.subarray(at, at + DIGEST_BYTES), hash)) continue;
      this.fault ??= new LogFault('tree_changed', `hash ${index} of level ${level} is another`, { level, index });
    }
  }
}
