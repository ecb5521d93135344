import { sha256 } from 'viem';

/**
 * Merkle trees after the text of RFC 9162, 2.1, written apart from the server's: an audit that ran the server's own code would repeat
 * its mistakes. Positions are read as binary numbers here: a leaf's index says at each height on which side its sibling is.
 */
export type Digest = Uint8Array;
export const DIGEST_BYTES = 32;

/** A subtree that became complete: the `index`-th of its height, from 0. */
export interface CompleteSubtree {
  readonly height: number;
  readonly index: number;
  readonly hash: Digest;
}

/** MTH of no leaves. */
export const emptyRoot = (): Digest => sha256(new Uint8Array(), 'bytes');
/** MTH({d}) = SHA-256(0x00 ‖ d). */
export function hashOfEntry(entry: Uint8Array): Digest {
  const input = new Uint8Array(1 + entry.length);
  input.set(entry, 1);
  return sha256(input, 'bytes');
}
/** SHA-256(0x01 ‖ left ‖ right). */
export function hashOfPair(left: Digest, right: Digest): Digest {
  const input = new Uint8Array(1 + 2 * DIGEST_BYTES);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + DIGEST_BYTES);
  return sha256(input, 'bytes');
}

/**
 * A tree that only remembers its complete subtrees: slot `h` holds the one of 2^h leaves when bit `h` of the size is set, and adding a
 * leaf is adding one to a binary number, carries included.
 */
export class GrowingTree {
  private readonly slots: (Digest | undefined)[] = [];
  private count = 0;

  /** @param subtrees Hashes of the complete subtrees of a tree of `size` leaves, smallest first. @throws {RangeError} for another number. */
  static from(size: number, subtrees: readonly Digest[]): GrowingTree {
    const tree = new GrowingTree();
    const bits = bitsOf(size);
    const set = bits.flatMap((bit, height) => (bit ? [height] : []));
    if (set.length !== subtrees.length) throw new RangeError(`a tree of ${size} leaves has ${set.length} subtrees`);
    set.forEach((height, i) => (tree.slots[height] = subtrees[i]));
    tree.count = size;
    return tree;
  }

  get size(): number {
    return this.count;
  }

  /** Hashes of the complete subtrees, smallest first: with the size, all there is to remember. */
  get subtrees(): Digest[] {
    return this.slots.filter((slot) => slot !== undefined);
  }

  /** Adds a leaf's hash. @returns the subtrees that it completed, itself first. */
  push(leaf: Digest): CompleteSubtree[] {
    const completed: CompleteSubtree[] = [{ height: 0, index: this.count, hash: leaf }];
    let carry = leaf;
    let height = 0;
    for (let left = this.slots[height]; left; left = this.slots[height]) {
      carry = hashOfPair(left, carry);
      this.slots[height] = undefined;
      height += 1;
      completed.push({ height, index: Math.floor(this.count / 2 ** height), hash: carry });
    }
    this.slots[height] = carry;
    this.count += 1;
    return completed;
  }

  root(): Digest {
    const [smallest, ...larger] = this.subtrees;
    return smallest ? larger.reduce((right, left) => hashOfPair(left, right), smallest) : emptyRoot();
  }
}

/** Root that an inclusion proof leads to (RFC 9162, 2.1.3.2); null for a proof of another shape than index and size demand. */
export function rootFromInclusion(leaf: Digest, index: number, size: number, proof: readonly Digest[]): Digest | null {
  if (!isCount(index) || !isCount(size) || index >= size || !proof.every(isDigest)) return null;
  const { turns, above } = wayUp(index, size - 1);
  if (proof.length !== turns.length + above) return null;
  return climb(leaf, turns, proof);
}

/**
 * Whether the tree of `newer` starts with the whole tree of `older` (RFC 9162, 2.1.4.2).
 *
 * @example
 * const root = new Uint8Array(32);
 * provesGrowth({ size: 1, root }, { size: 1, root }, []); // → true
 */
export function provesGrowth(
  older: { readonly size: number; readonly root: Digest },
  newer: { readonly size: number; readonly root: Digest },
  proof: readonly Digest[],
): boolean {
  if (!isCount(older.size) || !isCount(newer.size) || older.size > newer.size || !proof.every(isDigest)) return false;
  if (older.size === newer.size) return proof.length === 0 && equal(older.root, newer.root);
  if (older.size === 0) return proof.length === 0 && equal(older.root, emptyRoot());
  const { turns, above } = wayUp(older.size - 1, newer.size - 1);
  // The complete subtree at the old right edge is where both roots meet; when it is the whole old tree, the verifier has it.
  const zeros = bitsOf(older.size).indexOf(true);
  const whole = older.size === 2 ** zeros;
  const [seed, path] = whole ? [older.root, proof] : [proof[0], proof.slice(1)];
  const steps = turns.slice(zeros);
  if (!seed || path.length !== steps.length + above) return false;
  const onlyLeft = path.filter((_, i) => steps[i] ?? true);
  const before = onlyLeft.reduce((node, left) => hashOfPair(left, node), seed);
  return equal(before, older.root) && equal(climb(seed, steps, path), newer.root);
}

export function equal(a: Digest, b: Digest): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/**
 * The way from a leaf to the root: below the height where it parts from the right edge each bit of the index is a turn (`true`: the
 * sibling is to the left); above it siblings are to the left alone, one for each set bit.
 */
function wayUp(index: number, last: number): { turns: boolean[]; above: number } {
  const [ours, edge] = [bitsOf(index), bitsOf(last)];
  let parting = edge.length;
  while (parting > 0 && (ours[parting - 1] ?? false) === edge[parting - 1]) parting -= 1;
  return {
    turns: Array.from({ length: parting }, (_, height) => ours[height] ?? false),
    above: ours.slice(parting).filter(Boolean).length,
  };
}

function climb(from: Digest, turns: readonly boolean[], siblings: readonly Digest[]): Digest {
  return siblings.reduce(
    (node, sibling, height) => ((turns[height] ?? true) ? hashOfPair(sibling, node) : hashOfPair(node, sibling)),
    from,
  );
}

/** Lowest bit first. Text instead of shifts, which would cut sizes to 32 bits. */
function bitsOf(count: number): boolean[] {
  return count === 0 ? [] : Array.from(count.toString(2), (digit) => digit === '1').reverse();
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isDigest = (hash: Uint8Array): boolean => hash.length === DIGEST_BYTES;
