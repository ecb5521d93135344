import { EMPTY_ROOT, HASH_BYTES, nodeHash, type Hash } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';

/** Levels of the tree in one level of tiles (C2SP tlog-tiles): a tile is 2^8 = 256 hashes wide. */
export const TILE_HEIGHT = 8;

/** A hash that a tile stores: `index` counts the hashes of its tile level from 0. */
export interface TileHash {
  readonly level: number;
  readonly index: number;
  readonly hash: Hash;
}

/**
 * The right edge of the tree: one root per complete subtree, largest first, as many as `size` has one-bits. It is all that
 * is needed to append leaves and to know the root, whatever the size.
 */
export class Frontier {
  private constructor(
    private leaves: number,
    private readonly edge: Hash[],
  ) {}

  /** @throws {AssertionFailed} unless the bytes are a frontier of this size. */
  static of(size: number, bytes: Uint8Array): Frontier {
    const edge = Array.from({ length: bytes.length / HASH_BYTES }, (_, i) =>
      bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
    );
    assert(bytes.length === oneBits(size) * HASH_BYTES, `a frontier of size ${size} has another length`);
    return new Frontier(size, edge);
  }

  get size(): number {
    return this.leaves;
  }

  /** Adds one leaf and returns the hashes that became final on a tile level, lowest level first. */
  push(leaf: Hash): TileHash[] {
    const complete: TileHash[] = [{ level: 0, index: this.leaves, hash: leaf }];
    let hash = leaf;
    let index = this.leaves;
    for (let height = 1; index % 2 === 1; height++) {
      hash = nodeHash(this.edge.pop()!, hash);
      index = (index - 1) / 2;
      if (height % TILE_HEIGHT === 0) complete.push({ level: height / TILE_HEIGHT, index, hash });
    }
    this.edge.push(hash);
    this.leaves += 1;
    return complete;
  }

  root(): Hash {
    return this.edge.length === 0 ? EMPTY_ROOT : this.edge.reduceRight((right, left) => nodeHash(left, right));
  }

  bytes(): Buffer {
    return Buffer.concat(this.edge);
  }
}

function oneBits(count: number): number {
  return count === 0 ? 0 : (count % 2) + oneBits(Math.floor(count / 2));
}
