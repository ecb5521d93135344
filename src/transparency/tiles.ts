import { HASH_BYTES, nodeHash, type Hash } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { TILE_HEIGHT, type TileHash } from './frontier.js';

export const TILE_WIDTH = 2 ** TILE_HEIGHT;

/** Coordinates of a tile: the `n`-th of its level, both from 0. */
export interface TileAt {
  readonly level: number;
  readonly n: number;
}
/** A tile's hashes, one after another; a partial tile is a prefix of the full one. */
export interface Tile extends TileAt {
  readonly hashes: Uint8Array;
}

/** Leaves `start` to `end`, end excluded: a node of the tree, or its incomplete right edge. */
export type Range = readonly [start: number, end: number];

/** Ranges whose hashes prove that leaf `index` is in a tree of `size` leaves, leaf side first (RFC 9162, 2.1.3.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  return path(index, 0, size);
}

/** Ranges whose hashes prove that the tree of `from` leaves is a prefix of that of `to` (RFC 9162, 2.1.4.1). */
export function consistencyRanges(from: number, to: number): Range[] {
  return from === 0 ? [] : subproof(from, 0, to, true);
}

/** Tiles that `hashRanges` will read. */
export function tilesOf(ranges: readonly Range[]): TileAt[] {
  const tiles = ranges.flatMap(completeSubtrees).map(({ level, n }) => ({ level, n }));
  return [...new Map(tiles.map((tile) => [keyOf(tile), tile])).values()];
}

/** Merkle Tree Hash of each range. @throws {AssertionFailed} when a tile is missing or too short. */
export function hashRanges(ranges: readonly Range[], tiles: readonly Tile[]): Hash[] {
  const byKey = new Map(tiles.map((tile) => [keyOf(tile), tile.hashes]));
  return ranges.map((range) =>
    completeSubtrees(range)
      .map((subtree) => {
        const stored = byKey.get(keyOf(subtree));
        const [begin, end] = [subtree.offset * HASH_BYTES, (subtree.offset + subtree.width) * HASH_BYTES];
        assert(stored && stored.length >= end, `tile ${keyOf(subtree)} lacks hashes of the signed tree`);
        return fold(stored.subarray(begin, end));
      })
      .reduceRight((right, left) => nodeHash(left, right)),
  );
}

/** New hashes grouped by the tile they extend; `offset` is how many hashes the tile must hold already. */
export function tileExtensions(hashes: readonly TileHash[]): (Tile & { offset: number })[] {
  const groups = new Map<string, TileHash[]>();
  for (const item of hashes) {
    const key = keyOf({ level: item.level, n: Math.floor(item.index / TILE_WIDTH) });
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()].map((group) => ({
    level: group[0]!.level,
    n: Math.floor(group[0]!.index / TILE_WIDTH),
    offset: group[0]!.index % TILE_WIDTH,
    hashes: Buffer.concat(group.map(({ hash }) => hash)),
  }));
}

const keyOf = ({ level, n }: TileAt): string => `${level}/${n}`;

function path(index: number, start: number, end: number): Range[] {
  if (end - start === 1) return [];
  const middle = start + largestPowerBelow(end - start);
  return index < middle
    ? [...path(index, start, middle), [middle, end]]
    : [...path(index, middle, end), [start, middle]];
}

/** `whole`: the verifier knows the hash of this range already, because it is the older root. */
function subproof(from: number, start: number, end: number, whole: boolean): Range[] {
  if (from === end) return whole ? [] : [[start, end]];
  const middle = start + largestPowerBelow(end - start);
  return from <= middle
    ? [...subproof(from, start, middle, whole), [middle, end]]
    : [...subproof(from, middle, end, false), [start, middle]];
}

/** Where the hashes of a complete subtree lie: `width` hashes from `offset` on in one tile. */
interface StoredSubtree extends TileAt {
  readonly offset: number;
  readonly width: number;
}

/** A range as complete subtrees from left to right, each stored as a run of hashes in one tile. */
function completeSubtrees([start, end]: Range): StoredSubtree[] {
  const subtrees: StoredSubtree[] = [];
  for (let at = start; at < end;) {
    const height = heightOfLargestIn(end - at);
    const level = Math.floor(height / TILE_HEIGHT);
    const index = at / TILE_WIDTH ** level;
    subtrees.push({
      level,
      n: Math.floor(index / TILE_WIDTH),
      offset: index % TILE_WIDTH,
      width: 2 ** (height % TILE_HEIGHT),
    });
    at += 2 ** height;
  }
  return subtrees;
}

/** Root over a run of 2^k hashes. */
function fold(run: Uint8Array): Hash {
  if (run.length === HASH_BYTES) return run;
  const middle = run.length / 2;
  return nodeHash(fold(run.subarray(0, middle)), fold(run.subarray(middle)));
}

/** Height of the largest complete tree with at most `count` leaves; count ≥ 1. No logarithm: it is inexact near 2^48. */
function heightOfLargestIn(count: number): number {
  let height = 0;
  while (2 ** (height + 1) <= count) height += 1;
  return height;
}

/** Largest power of two strictly below `count`; count ≥ 2. */
const largestPowerBelow = (count: number): number => 2 ** heightOfLargestIn(count - 1);
