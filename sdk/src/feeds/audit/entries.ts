import { LogFault } from './fault.js';
import { hexOf } from './text.js';
import { hashOfEntry, equal, type Digest } from './tree.js';

/** A leaf as an auditor sees it: which record exists, never what it says. */
export interface LoggedLeaf {
  readonly index: number;
  readonly type: string;
  readonly id: string;
  /** 64 lower-case hex digits. */
  readonly commitment: string;
}

/** The only form a leaf has: canonical JSON with these four members and no other, so that nothing else can be said in it. */
const LEAF = /^\{"commitment":"([0-9a-f]{64})","id":"([a-z]{2,8}_[0-9a-f]{32})","type":"([a-z][a-z_]{0,30})","v":1\}$/;

/** Entries of a C2SP bundle, each after its length in two bytes. @throws {LogFault} `malformed` unless there are exactly `count`. */
export function entriesIn(bundle: Uint8Array, count: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bundle.length && entries.length < count) {
    const end = at + 2 + bundle[at]! * 256 + bundle[at + 1]!;
    if (end > bundle.length) break;
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  if (entries.length < count || at !== bundle.length) {
    throw new LogFault(
      'malformed',
      `a bundle of ${count} entries holds ${entries.length} and ${bundle.length - at} bytes`,
    );
  }
  return entries;
}

/** @throws {LogFault} `entry_changed` unless the entry hashes to its leaf and is a leaf of this protocol. */
export function leafIn(entry: Uint8Array, index: number, hash: Digest): LoggedLeaf {
  if (!equal(hashOfEntry(entry), hash)) {
    throw new LogFault('entry_changed', `entry ${index} does not hash to its leaf`, { index, leaf: hexOf(hash) });
  }
  const [, commitment, id, type] = LEAF.exec(new TextDecoder().decode(entry)) ?? [];
  if (!commitment || !id || !type) throw new LogFault('entry_changed', `entry ${index} is no leaf`, { index });
  return { index, type, id, commitment };
}
