import { concat, keccak256, type Hex } from 'viem';

/**
 * A Merkle tree whose proofs OpenZeppelin's `MerkleProof` takes: pairs are sorted before they are hashed, so a proof needs no sides. A node
 * without a neighbour moves up as it is. Leaves are hashed twice by whoever makes them, so that no inner node passes for one.
 */
export interface KeccakTree {
  readonly root: Hex;
  /** From the leaf at this index up. Empty for the only leaf. */
  proofOf(index: number): Hex[];
}

/** @throws {RangeError} without leaves: such a tree has no root. */
export function keccakTree(leaves: readonly Hex[]): KeccakTree {
  if (leaves.length === 0) throw new RangeError('a tree has at least one leaf');
  const levels: Hex[][] = [[...leaves]];
  for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
    levels.push(Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => above(level, i)));
  }
  return {
    root: levels.at(-1)![0]!,
    proofOf(index) {
      if (!Number.isInteger(index) || index < 0 || index >= leaves.length) throw new RangeError(`no leaf ${index}`);
      return levels.flatMap((level, height) => level[(index >> height) ^ 1] ?? []);
    },
  };
}

/** The root that a proof leads to: the tree's own, when leaf and proof are of it. */
export const rootOfProof = (leaf: Hex, proof: readonly Hex[]): Hex => proof.reduce(pair, leaf);

function above(level: readonly Hex[], index: number): Hex {
  const [left, right] = [level[2 * index]!, level[2 * index + 1]];
  return right === undefined ? left : pair(left, right);
}

const pair = (one: Hex, other: Hex): Hex =>
  keccak256(BigInt(one) < BigInt(other) ? concat([one, other]) : concat([other, one]));
