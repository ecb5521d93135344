import { concatBytes, sha256 } from './bytes.js';

/** A SHA-256 digest: 32 bytes. */
export type Hash = Uint8Array;
export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0x00);
const NODE_PREFIX = Uint8Array.of(0x01);

/** Root of a log without entries: SHA-256 of nothing (RFC 9162, 2.1.1). */
export const EMPTY_ROOT: Hash = sha256(new Uint8Array());

/** Hash of a log entry. The prefix keeps an entry from being read as an inner node. */
export const leafHash = (entry: Uint8Array): Hash => sha256(concatBytes(LEAF_PREFIX, entry));
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(concatBytes(NODE_PREFIX, left, right));

/**
 * The root that an inclusion proof leads to, after RFC 9162, 2.1.3.2. Sizes and indexes are exact up to 2^53.
 * @returns null when the proof has the wrong shape for this index and size; a wrong leaf or hash gives a wrong root.
 */
export function rootOfInclusion(leaf: Hash, index: number, size: number, path: readonly Hash[]): Hash | null {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, ...path])) return null;
  let [node, at, last] = [leaf, index, size - 1];
  for (const sibling of path) {
    if (last === 0) return null;
    if (isOdd(at) || at === last) {
      node = nodeHash(sibling, node);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      node = nodeHash(node, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? node : null;
}

/**
 * Whether the tree of size `from` is a prefix of the tree of size `to`, after RFC 9162, 2.1.4.2. An empty tree is a prefix
 * of every tree and equal sizes need equal roots; in both cases the path is empty.
 */
export function isConsistent(from: number, to: number, fromRoot: Hash, toRoot: Hash, path: readonly Hash[]): boolean {
  if (!isCount(from) || !isCount(to) || from > to || !areHashes([fromRoot, toRoot, ...path])) return false;
  if (from === to) return path.length === 0 && sameBytes(fromRoot, toRoot);
  if (from === 0) return path.length === 0 && sameBytes(fromRoot, EMPTY_ROOT);
  if (path.length === 0) return false;
  const [seed, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...path] : path;
  let [at, last] = [from - 1, to - 1];
  while (isOdd(at)) [at, last] = [half(at), half(last)];
  let [older, newer] = [seed!, seed!];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      newer = nodeHash(newer, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameBytes(older, fromRoot) && sameBytes(newer, toRoot);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

// Division instead of shifts: `>>` would cut sizes to 32 bits.
const half = (count: number): number => Math.floor(count / 2);
const isOdd = (count: number): boolean => count % 2 === 1;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areHashes = (hashes: readonly Hash[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);

function isPowerOfTwo(count: number): boolean {
  while (!isOdd(count)) count = half(count);
  return count === 1;
}
