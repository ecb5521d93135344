import type { CheckedCheckpoint } from './checkpoint.js';
import { LogFault } from './fault.js';
import { tileAt, TILE_WIDTH, type LogSource } from './source.js';
import { bytesFromHex, hexOf } from './text.js';
import { DIGEST_BYTES, equal, GrowingTree, hashOfPair, provesGrowth, type Digest } from './tree.js';
import type { Kept } from './trusted.js';

/** Levels of the tree in one level of tiles. */
const TILE_HEIGHT = 8;

/**
 * Checks that a checkpoint continues what was kept, by the log's own consistency proof, and reads the tree's right edge.
 * @throws {LogFault} `forked` when growth is not proven; `tree_changed` when the tiles have another root.
 */
export async function growthFrom(
  source: LogSource,
  kept: Kept | null,
  newest: CheckedCheckpoint,
): Promise<GrowingTree> {
  if (kept) await requireGrowth(source, kept, newest);
  const tree = GrowingTree.from(newest.size, await rightEdge(source, newest.size));
  if (equal(tree.root(), newest.root)) return tree;
  throw new LogFault('tree_changed', 'the tiles do not hash to the signed root', { size: newest.size });
}

async function requireGrowth(source: LogSource, kept: Kept, newest: CheckedCheckpoint): Promise<void> {
  const hashes = kept.size === newest.size ? [] : await source.growth(kept.size, newest.size);
  const proof = hashes?.map(bytesFromHex);
  const whole = proof?.every((hash) => hash !== null) ? (proof as Digest[]) : null;
  if (whole && provesGrowth(kept, newest, whole)) return;
  throw forkOf(kept, newest);
}

/** The fault of a log that signed both: whoever holds the two notes can show it to anyone. */
export function forkOf(kept: Pick<Kept, 'size' | 'root' | 'note'>, newest: CheckedCheckpoint): LogFault {
  return new LogFault('forked', `size ${newest.size} does not continue size ${kept.size}`, {
    trusted_size: kept.size,
    trusted_root: hexOf(kept.root),
    trusted_note: kept.note,
    size: newest.size,
    root: hexOf(newest.root),
    note: newest.note,
  });
}

/** Hashes of the complete subtrees of a tree, smallest first, each folded from one tile. */
async function rightEdge(source: LogSource, size: number): Promise<Digest[]> {
  const edge: Digest[] = [];
  let start = 0;
  for (let height = 52; height >= 0; height--) {
    const leaves = 2 ** height;
    if (Math.floor(size / leaves) % 2 === 0) continue;
    const level = Math.floor(height / TILE_HEIGHT);
    const first = start / TILE_WIDTH ** level;
    const width = 2 ** (height % TILE_HEIGHT);
    const n = Math.floor(first / TILE_WIDTH);
    const stored = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - n * TILE_WIDTH);
    const tile = await tileAt(source, level, n, stored);
    const offset = (first % TILE_WIDTH) * DIGEST_BYTES;
    edge.unshift(folded(tile.subarray(offset, offset + width * DIGEST_BYTES)));
    start += leaves;
  }
  return edge;
}

function folded(run: Uint8Array): Digest {
  let row: Digest[] = Array.from({ length: run.length / DIGEST_BYTES }, (_, i) =>
    run.slice(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES),
  );
  while (row.length > 1) row = row.flatMap((hash, i) => (i % 2 === 0 ? [hashOfPair(hash, row[i + 1]!)] : []));
  return row[0]!;
}
