import fc from 'fast-check';
import {
  EMPTY_ROOT,
  isConsistent,
  leafHash,
  nodeHash,
  rootOfInclusion,
  toHex,
  utf8,
  type Hash,
} from '@groundtruth/sdk/protocol';
import { Frontier, type TileHash } from './frontier.js';
import {
  consistencyRanges,
  hashRanges,
  inclusionRanges,
  tileExtensions,
  tilesOf,
  type Range,
  type Tile,
} from './tiles.js';

/** Enough for three levels of tiles: 256² = 65,536. */
const LARGE = 66_000;
const LEAVES = Array.from({ length: LARGE }, (_, i) => leafHash(utf8(`entry ${i}`)));

/** RFC 9162, 2.1.1, as it is defined. */
function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length < 2) return leaves[0] ?? EMPTY_ROOT;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

/** The tiles of a log that grew in the given steps. */
function grow(steps: readonly number[]): { frontier: Frontier; tiles: Map<string, Tile>; roots: Map<number, Hash> } {
  let frontier = Frontier.of(0, Buffer.alloc(0));
  const tiles = new Map<string, Tile>();
  const roots = new Map<number, Hash>();
  for (const step of steps) {
    const hashes: TileHash[] = [];
    for (let i = 0; i < step; i++) hashes.push(...frontier.push(LEAVES[frontier.size]!));
    for (const { level, n, offset, hashes: added } of tileExtensions(hashes)) {
      const before = tiles.get(`${level}/${n}`)?.hashes ?? Buffer.alloc(0);
      expect(before.length).toBe(offset * 32);
      tiles.set(`${level}/${n}`, { level, n, hashes: Buffer.concat([before, added]) });
    }
    roots.set(frontier.size, frontier.root());
    frontier = Frontier.of(frontier.size, frontier.bytes());
  }
  return { frontier, tiles, roots };
}
const log = grow([700]);
const prove = (ranges: Range[], tiles = log.tiles): Hash[] =>
  hashRanges(
    ranges,
    tilesOf(ranges).map(({ level, n }) => tiles.get(`${level}/${n}`)!),
  );
const sizes = fc.integer({ min: 1, max: 700 });
const sizeAndIndex = sizes.chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));

describe('the frontier', () => {
  it('has the root of the whole tree at every size up to 700', () => {
    const { roots } = grow(Array.from({ length: 700 }, () => 1));
    for (let size = 1; size <= 700; size += size < 300 ? 1 : 37)
      expect(roots.get(size)).toEqual(rootOf(LEAVES.slice(0, size)));
  });

  it('is the same however the leaves were batched', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 6 }), (steps) => {
        const total = steps.reduce((sum, step) => sum + step, 0);
        const [batched, whole] = [grow(steps), grow([total])];
        expect(batched.frontier.bytes()).toEqual(whole.frontier.bytes());
        expect(batched.tiles).toEqual(whole.tiles);
      }),
      { numRuns: 40 },
    );
  });

  it('is refused when it does not belong to its size', () => {
    expect(() => Frontier.of(3, Buffer.alloc(32))).toThrow('another length');
    expect(() => Frontier.of(4, Buffer.alloc(33))).toThrow('another length');
  });
});

describe('tiles', () => {
  it('have the shape of the example in C2SP tlog-tiles for 256 leaves', () => {
    const { tiles } = grow([256]);
    expect([...tiles.values()].map(({ level, n, hashes }) => [level, n, hashes.length / 32])).toEqual([
      [0, 0, 256],
      [1, 0, 1],
    ]);
    expect(toHex(tiles.get('1/0')!.hashes)).toBe(toHex(rootOf(LEAVES.slice(0, 256))));
  });

  it('reproduce the root at every earlier size', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        expect(prove([[0, size]])).toEqual([rootOf(LEAVES.slice(0, size))]);
      }),
    );
  });

  it('prove any leaf under any size', () => {
    fc.assert(
      fc.property(sizeAndIndex, ([size, index]) => {
        const path = prove(inclusionRanges(index, size));
        expect(rootOfInclusion(LEAVES[index]!, index, size, path)).toEqual(prove([[0, size]])[0]);
      }),
      { numRuns: 150 },
    );
  });

  it('prove growth between any two sizes, powers of two and the empty tree among them', () => {
    const powers = fc.constantFrom(0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512);
    fc.assert(
      fc.property(fc.oneof(sizes, powers), sizes, (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const older = from === 0 ? EMPTY_ROOT : prove([[0, from]])[0]!;
        expect(isConsistent(from, to, older, prove([[0, to]])[0]!, prove(consistencyRanges(from, to)))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('prove across three levels, reading a handful of tiles', () => {
    const large = grow([65_500, 500]);
    const root = large.roots.get(LARGE)!;
    expect(prove([[0, LARGE]], large.tiles)).toEqual([root]);
    expect([...large.tiles.values()].filter(({ level }) => level === 2)).toHaveLength(1);
    for (const index of [0, 255, 256, 65_535, 65_536, LARGE - 1]) {
      const ranges = inclusionRanges(index, LARGE);
      expect(tilesOf(ranges).length).toBeLessThanOrEqual(5);
      expect(rootOfInclusion(LEAVES[index]!, index, LARGE, prove(ranges, large.tiles))).toEqual(root);
    }
    const grown = prove(consistencyRanges(65_500, LARGE), large.tiles);
    expect(isConsistent(65_500, LARGE, large.roots.get(65_500)!, root, grown)).toBe(true);
  });

  it('refuse to prove from a tile that is missing or too short', () => {
    const ranges = inclusionRanges(3, 300);
    const tiles = tilesOf(ranges).map(({ level, n }) => log.tiles.get(`${level}/${n}`)!);
    expect(() => hashRanges(ranges, tiles.slice(1))).toThrow('lacks hashes');
    const cut = tiles.map((tile) => ({ ...tile, hashes: tile.hashes.subarray(0, tile.hashes.length - 32) }));
    expect(() => hashRanges([[0, 700]], cut)).toThrow('lacks hashes');
  });

  it('keep their coordinates exact beyond 2^48 leaves', () => {
    const size = 2 ** 48 - 1;
    const widths = tilesOf([[0, size]]);
    expect(widths).toHaveLength(6);
    expect(tilesOf([[size - 1, size]])).toEqual([{ level: 0, n: 2 ** 40 - 1 }]);
  });
});
