import fc from 'fast-check';
import { isConsistent, leafHash, nodeHash, rootOfInclusion, utf8 } from '../../protocol/index.js';
import { KNOWN_ENTRIES, KNOWN_GROWTHS, KNOWN_INCLUSIONS, KNOWN_ROOTS } from '../../protocol/known-tree.fixture.js';
import { bytesFromHex, hexOf } from './text.js';
import { emptyRoot, equal, GrowingTree, hashOfEntry, provesGrowth, rootFromInclusion, type Digest } from './tree.js';

const bytes = (hex: string): Uint8Array => bytesFromHex(hex)!;
const known = KNOWN_ROOTS.map((root, size) => ({ size, root: bytes(root) }));

describe('the published trees of RFC 6962 and 9162', () => {
  it('have their roots at every size', () => {
    const tree = new GrowingTree();
    const roots = [hexOf(tree.root())];
    for (const entry of KNOWN_ENTRIES) {
      tree.push(hashOfEntry(bytes(entry)));
      roots.push(hexOf(tree.root()));
    }
    expect(roots).toEqual(KNOWN_ROOTS);
    expect(hexOf(emptyRoot())).toBe(KNOWN_ROOTS[0]);
  });

  it.each(KNOWN_INCLUSIONS)('prove entry %i of %i', (index, size, path) => {
    const root = rootFromInclusion(hashOfEntry(bytes(KNOWN_ENTRIES[index]!)), index, size, path.map(bytes));
    expect(root && hexOf(root)).toBe(KNOWN_ROOTS[size]);
  });

  it.each(KNOWN_GROWTHS)('prove that %i grew to %i', (from, to, path) => {
    expect(provesGrowth(known[from]!, known[to]!, path.map(bytes))).toBe(true);
  });

  it.each([...KNOWN_INCLUSIONS, ...KNOWN_GROWTHS].filter(([, , path]) => path.length > 0))(
    'prove nothing with any one bit of the path of %i and %i changed',
    (a, b, path) => {
      for (let bit = 0; bit < path.length * 256; bit++) {
        const changed = path.map(bytes);
        changed[bit >> 8]![(bit >> 3) & 31]! ^= 1 << (bit & 7);
        if (provesGrowth(known[a]!, known[b]!, changed)) throw new Error(`bit ${bit} does not matter`);
        if (a === b) continue;
        const root = rootFromInclusion(hashOfEntry(bytes(KNOWN_ENTRIES[a]!)), a, b, changed);
        if (root && hexOf(root) === KNOWN_ROOTS[b]) throw new Error(`bit ${bit} does not matter`);
      }
    },
  );
});

// Trees by the definition of RFC 9162, 2.1.1, with the server's own hashing: two implementations must agree to the byte.
const LEAVES = Array.from({ length: 300 }, (_, i) => leafHash(utf8(`entry ${i}`)));
const split = (count: number): number => (count <= 2 ? 1 : 2 * split(Math.ceil(count / 2)));
const rootOf = (leaves: readonly Digest[]): Digest =>
  leaves.length === 1
    ? leaves[0]!
    : nodeHash(rootOf(leaves.slice(0, split(leaves.length))), rootOf(leaves.slice(split(leaves.length))));

describe('two implementations', () => {
  it('hash entries and grow trees to the same roots', () => {
    const tree = new GrowingTree();
    LEAVES.forEach((leaf, i) => {
      expect(hashOfEntry(utf8(`entry ${i}`))).toEqual(leaf);
      tree.push(leaf);
      if (i % 7 === 0 || i > 250) expect(equal(tree.root(), rootOf(LEAVES.slice(0, i + 1)))).toBe(true);
      expect(equal(GrowingTree.from(tree.size, tree.subtrees).root(), tree.root())).toBe(true);
    });
  });

  it('lead any proof to the same root or refuse it both, in trees far beyond 32 bits too', () => {
    const sizes = fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 2 ** 31, max: Number.MAX_SAFE_INTEGER }),
    );
    fc.assert(
      fc.property(sizes, fc.nat(), fc.integer({ min: 0, max: 54 }), (size, n, length) => {
        const index = n % size;
        for (const path of [LEAVES.slice(1, 1 + length), ...fits(index, size)]) {
          expect(rootFromInclusion(LEAVES[0]!, index, size, path)).toEqual(
            rootOfInclusion(LEAVES[0]!, index, size, path),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it('agree on every pair of sizes up to 40 and on every length of proof', () => {
    const roots = Array.from({ length: 41 }, (_, size) => (size === 0 ? emptyRoot() : rootOf(LEAVES.slice(0, size))));
    const growth = (from: number, leaves: readonly Digest[], whole: boolean): Digest[] => {
      if (from === leaves.length) return whole ? [] : [rootOf(leaves)];
      const k = split(leaves.length);
      return from <= k
        ? [...growth(from, leaves.slice(0, k), whole), rootOf(leaves.slice(k))]
        : [...growth(from - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
    };
    for (let to = 1; to <= 40; to++) {
      for (let from = 1; from <= to; from++) {
        const path = growth(from, LEAVES.slice(0, to), true);
        const [older, newer] = [
          { size: from, root: roots[from]! },
          { size: to, root: roots[to]! },
        ];
        if (!provesGrowth(older, newer, path)) throw new Error(`${from} to ${to} is refused`);
        for (const other of [path.slice(1), [...path, LEAVES[0]!]]) {
          expect(provesGrowth(older, newer, other)).toBe(isConsistent(from, to, older.root, newer.root, other));
        }
      }
    }
  });
});

/** A path of the one length that fits, if there is one. */
function fits(index: number, size: number): Digest[][] {
  const lengths = Array.from({ length: 55 }, (_, length) => length);
  const fitting = lengths.find((length) => rootFromInclusion(LEAVES[0]!, index, size, LEAVES.slice(1, 1 + length)));
  return fitting === undefined ? [] : [LEAVES.slice(1, 1 + fitting)];
}
