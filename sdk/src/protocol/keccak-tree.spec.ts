import fc from 'fast-check';
import { keccak256, numberToHex, type Hex } from 'viem';
import { awardHash, awardTree, provesAward, type Award } from './distributor.js';
import { keccakTree, rootOfProof } from './keccak-tree.js';

const leafOf = (n: number): Hex => keccak256(numberToHex(n));

describe('a tree of sorted pairs', () => {
  it('proves each of its leaves, and no other leaf by any of its proofs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (size, pick) => {
        const leaves = Array.from({ length: size }, (_, n) => leafOf(n));
        const tree = keccakTree(leaves);
        for (const [index, leaf] of leaves.entries()) expect(rootOfProof(leaf, tree.proofOf(index))).toBe(tree.root);
        expect(rootOfProof(leafOf(size + pick), tree.proofOf(pick % size))).not.toBe(tree.root);
      }),
      { numRuns: 60 },
    );
  });

  it('has no root without leaves, and no proof of a leaf that it has not', () => {
    expect(() => keccakTree([])).toThrow(RangeError);
    const tree = keccakTree([leafOf(1)]);
    expect(tree).toMatchObject({ root: leafOf(1) });
    expect(tree.proofOf(0)).toEqual([]);
    for (const index of [-1, 1, 0.5]) expect(() => tree.proofOf(index)).toThrow(RangeError);
  });
});

describe('an award', () => {
  const account: Hex = `0x${'ab'.repeat(20)}`;
  const leaves = [1n, 2n, 3n].map((cumulative) => ({ account, cumulative, salt: leafOf(Number(cumulative)) }));
  const tree = awardTree(leaves);
  const award = {
    account,
    cumulative: '0.000002',
    salt: leaves[1]!.salt,
    proof: tree.proofOf(1),
    root: tree.root,
  } as unknown as Award;

  it('is proven by its own account, sum, salt and path, and by nothing near them', () => {
    expect(provesAward(award)).toBe(true);
    const changes: Partial<Award>[] = [
      { cumulative: '0.000003' },
      { account: `0x${'ac'.repeat(20)}` },
      { salt: leaves[0]!.salt },
      { proof: tree.proofOf(0) },
      { proof: [] },
      { root: leafOf(9) },
    ];
    for (const change of changes) expect(provesAward({ ...award, ...change })).toBe(false);
  });

  it('hides its account behind a salt: equal awards of two epochs have nothing in common', () => {
    expect(awardHash({ ...leaves[0]!, salt: leafOf(7) })).not.toBe(awardHash(leaves[0]!));
  });
});
