import type { LogKeyset } from '../../protocol/proof.js';
import { LogFault } from './fault.js';
import { bytesFromHex, hexOf } from './text.js';
import { DIGEST_BYTES, GrowingTree, type Digest } from './tree.js';

/** What an auditor remembers of a log between two looks: plain JSON, to be kept where the log's operator cannot change it. */
export interface TrustedLog {
  readonly origin: string;
  readonly size: number;
  /** 64 hex digits. */
  readonly root: string;
  /** Complete subtrees of this tree, smallest first: what it takes to add leaves. */
  readonly subtrees: readonly string[];
  readonly signed_at: number | null;
  /** When this was the newest checkpoint, by the auditor's own clock, epoch milliseconds. */
  readonly seen_at: number;
  /** The checkpoint itself: with a later one that contradicts it, the proof of a fork. */
  readonly note: string;
}

/** What was kept, ready to be used. */
export interface Kept {
  readonly size: number;
  readonly root: Digest;
  readonly signed_at: number | null;
  readonly seen_at: number;
  readonly note: string;
  /** A tree of its own for each caller, who may add to it. */
  tree(): GrowingTree;
}

/** @throws {LogFault} `malformed` when what was kept is damaged; `wrong_origin` when it is of another log. */
export function openKept(kept: TrustedLog, keys: LogKeyset): Kept {
  if (kept.origin !== keys.origin) throw new LogFault('wrong_origin', `what was kept is of ${kept.origin}`);
  const damaged = new LogFault('malformed', 'what was kept of the log is damaged');
  const subtrees = kept.subtrees.map(bytesFromHex);
  const root = bytesFromHex(kept.root);
  if (!root || !Number.isSafeInteger(kept.size) || kept.size < 0) throw damaged;
  if (subtrees.some((hash) => hash?.length !== DIGEST_BYTES)) throw damaged;
  const tree = (): GrowingTree => GrowingTree.from(kept.size, subtrees as Digest[]);
  try {
    if (hexOf(tree().root()) === kept.root) return { ...kept, root, tree };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw damaged;
}

/** What to keep of a tree that was checked. */
export function keep(
  tree: GrowingTree,
  of: { readonly origin: string; readonly signed_at: number | null; readonly seen_at: number; readonly note: string },
): TrustedLog {
  return { ...of, size: tree.size, root: hexOf(tree.root()), subtrees: tree.subtrees.map(hexOf) };
}
