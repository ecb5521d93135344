import fc from 'fast-check';
import { fromHex, toHex, utf8 } from './bytes.js';
import { KNOWN_ENTRIES, KNOWN_GROWTHS, KNOWN_INCLUSIONS, KNOWN_ROOTS } from './known-tree.fixture.js';
import { EMPTY_ROOT, isConsistent, leafHash, nodeHash, rootOfInclusion, sameBytes, type Hash } from './merkle.js';

// The reference: RFC 9162, 2.1.1, 2.1.3.1 and 2.1.4.1 written down as they are defined, without any cleverness.
const split = (count: number): number => (count <= 2 ? 1 : 2 * split(Math.ceil(count / 2)));
function rootOf(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}
function pathTo(index: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...pathTo(index, leaves.slice(0, k)), rootOf(leaves.slice(k))]
    : [...pathTo(index - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}
function growth(from: number, leaves: readonly Hash[], whole = true): Hash[] {
  if (from === leaves.length) return whole ? [] : [rootOf(leaves)];
  const k = split(leaves.length);
  return from <= k
    ? [...growth(from, leaves.slice(0, k), whole), rootOf(leaves.slice(k))]
    : [...growth(from - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))];
}

const LEAVES = Array.from({ length: 700 }, (_, i) => leafHash(utf8(`entry ${i}`)));
const sizes = fc.integer({ min: 1, max: LEAVES.length });
const sizeAndIndex = sizes.chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
const verifies = (index: number, size: number, leaf: Hash, path: Hash[], root: Hash): boolean => {
  const reached = rootOfInclusion(leaf, index, size, path);
  return reached !== null && sameBytes(reached, root);
};
const flip = (hash: Hash, bit: number): Hash =>
  hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
/** The same list with one bit of one hash changed; `bit` counts through all of them. */
const flipIn = (hashes: Hash[], bit: number): Hash[] =>
  hashes.map((hash, i) => (i === Math.floor(bit / 256) ? flip(hash, bit % 256) : hash));

describe('the known trees of RFC 6962', () => {
  it('have their roots at every size', () => {
    const leaves = KNOWN_ENTRIES.map((entry) => leafHash(fromHex(entry)));
    expect(KNOWN_ROOTS.map((_, size) => toHex(rootOf(leaves.slice(0, size))))).toEqual(KNOWN_ROOTS);
  });

  it.each(KNOWN_INCLUSIONS)('prove entry %i of %i', (index, size, path) => {
    const leaf = leafHash(fromHex(KNOWN_ENTRIES[index]!));
    expect(verifies(index, size, leaf, path.map(fromHex), fromHex(KNOWN_ROOTS[size]!))).toBe(true);
  });

  it.each(KNOWN_GROWTHS)('prove that %i grew to %i', (from, to, path) => {
    const [older, newer] = [fromHex(KNOWN_ROOTS[from]!), fromHex(KNOWN_ROOTS[to]!)];
    expect(isConsistent(from, to, older, newer, path.map(fromHex))).toBe(true);
  });
});

describe('an inclusion proof', () => {
  it('verifies for any leaf of any tree', () => {
    fc.assert(
      fc.property(sizeAndIndex, ([size, index]) => {
        const leaves = LEAVES.slice(0, size);
        return verifies(index, size, leaves[index]!, pathTo(index, leaves), rootOf(leaves));
      }),
    );
  });

  it('never verifies with one bit of leaf, path or root changed', () => {
    fc.assert(
      fc.property(sizeAndIndex, fc.nat(), ([size, index], n) => {
        const leaves = LEAVES.slice(0, size);
        const all = [leaves[index]!, rootOf(leaves), ...pathTo(index, leaves)];
        const [leaf, root, ...path] = flipIn(all, n % (all.length * 256));
        expect(verifies(index, size, leaf!, path, root!)).toBe(false);
      }),
    );
  });

  it('never verifies with a hash more or less', () => {
    fc.assert(
      fc.property(sizeAndIndex, fc.nat(), ([size, index], n) => {
        const leaves = LEAVES.slice(0, size);
        const [leaf, root, path] = [leaves[index]!, rootOf(leaves), pathTo(index, leaves)];
        const longer = path.toSpliced(n % (path.length + 1), 0, leaf);
        expect(verifies(index, size, leaf, longer, root)).toBe(false);
        if (path.length > 0) expect(verifies(index, size, leaf, path.toSpliced(n % path.length, 1), root)).toBe(false);
      }),
    );
  });

  it('is refused outside the tree and for hashes of another length', () => {
    const [leaf, root] = [LEAVES[0]!, LEAVES[0]!];
    expect(verifies(0, 1, leaf, [], root)).toBe(true);
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [-1, 1],
      [0.5, 1],
      [0, Number.NaN],
      [2 ** 53, 2 ** 53 + 2],
    ] as const) {
      expect(rootOfInclusion(leaf, index, size, [])).toBeNull();
    }
    expect(rootOfInclusion(leaf.slice(1), 0, 1, [])).toBeNull();
    expect(rootOfInclusion(leaf, 0, 2, [root.slice(1)])).toBeNull();
    // The path of a smaller tree, which leads to that tree's root.
    expect(rootOfInclusion(leaf, 0, 4, [LEAVES[1]!])).toBeNull();
  });

  it('is followed the same way in trees far beyond 32 bits', () => {
    const topDown = (index: bigint, size: bigint, path: Hash[]): Hash => {
      if (size === 1n) return LEAVES[0]!;
      let k = 1n;
      while (k * 2n < size) k *= 2n;
      const [rest, sibling] = [path.slice(0, -1), path.at(-1)!];
      return index < k
        ? nodeHash(topDown(index, k, rest), sibling)
        : nodeHash(sibling, topDown(index - k, size - k, rest));
    };
    const depth = (index: bigint, size: bigint): number => {
      let [steps, at, last] = [0, index, size - 1n];
      for (; last > 0n; at /= 2n, last /= 2n) if (at % 2n === 1n || at < last) steps += 1;
      return steps;
    };
    const big = fc.bigInt({ min: 2n ** 31n, max: 2n ** 53n - 1n });
    fc.assert(
      fc.property(big, fc.bigInt({ min: 0n, max: 2n ** 53n }), (size, n) => {
        const index = n % size;
        const path = LEAVES.slice(1, 1 + depth(index, size));
        const root = rootOfInclusion(LEAVES[0]!, Number(index), Number(size), path);
        return root !== null && sameBytes(root, topDown(index, size, path));
      }),
      { endOnFailure: true }, // Shrinking would walk through sizes one by one.
    );
  });
});

describe('a consistency proof', () => {
  it('verifies for every pair of sizes up to 70, powers of two and the empty tree among them', () => {
    const roots = Array.from({ length: 71 }, (_, size) => rootOf(LEAVES.slice(0, size)));
    for (let to = 0; to <= 70; to++) {
      for (let from = 0; from <= to; from++) {
        const path = from === 0 ? [] : growth(from, LEAVES.slice(0, to));
        if (!isConsistent(from, to, roots[from]!, roots[to]!, path)) throw new Error(`${from} to ${to} is refused`);
      }
    }
  });

  it('never verifies with one bit of either root or of the path changed, nor with a hash more or less', () => {
    fc.assert(
      fc.property(sizeAndIndex, fc.nat(), ([to, below], n) => {
        const from = below + 1;
        const leaves = LEAVES.slice(0, to);
        const all = [rootOf(leaves.slice(0, from)), rootOf(leaves), ...growth(from, leaves)];
        const [older, newer, ...path] = all;
        expect(isConsistent(from, to, older!, newer!, path)).toBe(true);
        const [badOlder, badNewer, ...badPath] = flipIn(all, n % (all.length * 256));
        expect(isConsistent(from, to, badOlder!, badNewer!, badPath)).toBe(false);
        expect(isConsistent(from, to, older!, newer!, path.toSpliced(n % (path.length + 1), 0, newer!))).toBe(false);
        if (path.length === 0) return;
        expect(isConsistent(from, to, older!, newer!, path.toSpliced(n % path.length, 1))).toBe(false);
      }),
    );
  });

  it('is refused when the log shrank, when equal sizes differ, and for an empty tree with a wrong root', () => {
    const [one, two] = [LEAVES[0]!, rootOf(LEAVES.slice(0, 2))];
    expect(isConsistent(2, 1, two, one, [])).toBe(false);
    expect(isConsistent(1, 1, one, two, [])).toBe(false);
    expect(isConsistent(1, 1, one, one, [one])).toBe(false);
    expect(isConsistent(1, 2, one, two, [])).toBe(false);
    expect(isConsistent(0, 1, EMPTY_ROOT, one, [])).toBe(true);
    expect(isConsistent(0, 1, two, one, [])).toBe(false);
    expect(isConsistent(0, 1, EMPTY_ROOT, one, [one])).toBe(false);
  });
});
