import type { LogKeyset } from '../../protocol/proof.js';
import { checkedCheckpoint, requireSameRoot, type CheckedCheckpoint } from './checkpoint.js';
import { entriesIn, leafIn, type LoggedLeaf } from './entries.js';
import { LogFault } from './fault.js';
import { forkOf } from './growth.js';
import { tileAt, tilePath, TILE_WIDTH, type LogSource } from './source.js';
import { requireLater } from './times.js';
import { DIGEST_BYTES, equal, GrowingTree } from './tree.js';
import type { Kept } from './trusted.js';
import { UpperTiles } from './upper-tiles.js';

interface Reading {
  readonly keys: LogKeyset;
  readonly onLeaf?: ((leaf: LoggedLeaf) => void) | undefined;
}

/**
 * Reads all that was added since `kept`, or everything: tiles of every level, entries, and each signed checkpoint on the way. What a leaf
 * says is only judged when the whole tree has the signed root, for until then the tile may be the liar.
 * @throws {LogFault} the gravest that was found: `forked`, `tree_changed`, `entry_changed`; or at once what cannot be read on from.
 */
export async function readThrough(
  source: LogSource,
  kept: Kept | null,
  newest: CheckedCheckpoint,
  { keys, onLeaf }: Reading,
): Promise<{ readonly tree: GrowingTree; readonly leaves: number; readonly checkpoints: number }> {
  const tree = kept?.tree() ?? new GrowingTree();
  const before = tree.size;
  const upper = new UpperTiles(source);
  const signed = new SignedOnTheWay(source, kept, newest, keys);
  const names = new Map<string, number>();
  let entryFault: LogFault | null = null;
  await signed.reached(tree);
  for (let n = Math.floor(before / TILE_WIDTH); n * TILE_WIDTH < newest.size; n++) {
    const width = Math.min(TILE_WIDTH, newest.size - n * TILE_WIDTH);
    const hashes = await tileAt(source, 0, n, width);
    const entries = await bundleAt(source, n, width);
    for (let index = tree.size; index < n * TILE_WIDTH + width; index++) {
      const at = index % TILE_WIDTH;
      const hash = hashes.slice(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES);
      try {
        const leaf = leafIn(entries[at]!, index, hash);
        const first = names.get(leaf.id);
        if (first !== undefined) throw new LogFault('entry_changed', `${leaf.id} is logged twice`, { first, index });
        names.set(leaf.id, index);
        onLeaf?.(leaf);
      } catch (error) {
        if (!(error instanceof LogFault)) throw error;
        entryFault ??= error;
      }
      for (const subtree of tree.push(hash)) await upper.completed(subtree);
      await signed.reached(tree);
    }
  }
  if (!equal(tree.root(), newest.root)) throw await whichOfTheTwo(source, kept, newest);
  await upper.end(newest.size);
  const fault = signed.fault ?? upper.fault ?? entryFault;
  if (fault) throw fault;
  return { tree, leaves: tree.size - before, checkpoints: signed.end() };
}

async function bundleAt(source: LogSource, n: number, width: number): Promise<Uint8Array[]> {
  const path = tilePath('entries', n, width);
  const bundle = await source.tile(path);
  if (!bundle) throw new LogFault('truncated', `bundle ${path} of the signed tree is not there`, { path });
  return entriesIn(bundle, width);
}

/** The leaves do not give the signed root: either the log signed another tree than it continued, or its tiles are not that tree. */
async function whichOfTheTwo(source: LogSource, kept: Kept | null, newest: CheckedCheckpoint): Promise<LogFault> {
  const changed = new LogFault('tree_changed', 'the tiles do not hash to the signed root', { size: newest.size });
  if (!kept) return changed;
  const whole = new GrowingTree();
  for (let n = 0; n * TILE_WIDTH < newest.size; n++) {
    const width = Math.min(TILE_WIDTH, newest.size - n * TILE_WIDTH);
    const hashes = await tileAt(source, 0, n, width);
    for (let at = 0; at < width; at++) whole.push(hashes.slice(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES));
  }
  return equal(whole.root(), newest.root) ? forkOf(kept, newest) : changed;
}

/** The signed checkpoints between what was kept and the newest, each compared with the tree when the leaves have got there. */
class SignedOnTheWay {
  fault: LogFault | null = null;
  private page: readonly { readonly checkpoint: string; readonly log_root: unknown }[] = [];
  private next: CheckedCheckpoint | null = null;
  private last: { readonly size: number; readonly signed_at: number | null };
  private count = 0;
  private started = false;

  constructor(
    private readonly source: LogSource,
    kept: Kept | null,
    private readonly newest: CheckedCheckpoint,
    private readonly keys: LogKeyset,
  ) {
    this.last = kept ?? { size: 0, signed_at: null };
  }

  async reached(tree: GrowingTree): Promise<void> {
    if (!this.started) this.next = await this.read();
    this.started = true;
    while (this.next && this.next.size === tree.size) {
      if (!equal(this.next.root, tree.root())) {
        this.fault ??= new LogFault('forked', `the log signed another tree of size ${tree.size}`, {
          note: this.next.note,
        });
      }
      this.count += 1;
      this.last = this.next;
      this.next = await this.read();
    }
  }

  /** @throws {LogFault} `truncated` when the newest checkpoint is not among those that the log says it signed. */
  end(): number {
    if (this.last.size === this.newest.size) return this.count;
    throw new LogFault('truncated', 'the newest checkpoint is missing among the signed ones', {
      size: this.newest.size,
    });
  }

  private async read(): Promise<CheckedCheckpoint | null> {
    if (this.last.size >= this.newest.size) return null;
    if (this.page.length === 0) this.page = await this.source.checkpoints(this.last.size);
    const [first, ...rest] = this.page;
    if (!first) return null;
    this.page = rest;
    const checked = await checkedCheckpoint(first.checkpoint, this.keys);
    await requireSameRoot(checked, first.log_root, this.keys);
    if (checked.size <= this.last.size) {
      throw new LogFault('malformed', `checkpoints are out of order at size ${checked.size}`, { size: checked.size });
    }
    requireLater(this.last, checked);
    return checked;
  }
}
