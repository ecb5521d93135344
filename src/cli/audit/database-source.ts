import type { LogSource } from '@groundtruth/sdk/feeds';
import { keccak256, toBytes } from 'viem';
import type { Mode } from '@groundtruth/sdk/protocol';
import { sql, type UnitOfWork } from '../../platform/database/index.js';

const PAGE = 100;
const TILE_WIDTH = 256;

/** The log as its tables hold it, read apart from the code that serves it. */
export function databaseSource(unitOfWork: UnitOfWork, mode: Mode, origin: string): LogSource {
  const rows = <T extends Record<string, unknown>>(text: string, values: unknown[]): Promise<T[]> =>
    unitOfWork.run((tx) => sql<T>(tx, text, [mode, ...values]));
  return {
    async checkpoint() {
      const [row] = await rows<{ note: string }>(
        `SELECT ${NOTE} AS note FROM log_checkpoint c WHERE mode = $1 ORDER BY size DESC LIMIT 1`,
        [],
      );
      return row?.note ?? null;
    },
    async checkpoints(after) {
      const found = await rows<{ size: bigint; note: string; root: Buffer; root_signature: Buffer }>(
        `SELECT size, note, root, root_signature FROM log_checkpoint WHERE mode = $1 AND size > $2 ORDER BY size LIMIT ${PAGE}`,
        [after],
      );
      return found.map(({ size, note, root, root_signature }) => ({
        checkpoint: note,
        log_root: {
          mode,
          origin_hash: keccak256(toBytes(origin)),
          size: Number(size),
          root: `0x${root.toString('hex')}`,
          signature: `0x${root_signature.toString('hex')}`,
        },
      }));
    },
    // Never asked for: an audit of the tables reads every leaf.
    growth: () => Promise.resolve(null),
    async tile(path) {
      const [, kind, groups, width] = /^(entries|\d+)\/([x\d/]+?)(?:\.p\/(\d+))?$/.exec(path)!;
      const n = Number(groups!.replaceAll(/[x/]/g, ''));
      const count = width === undefined ? TILE_WIDTH : Number(width);
      if (kind === 'entries') return bundle(await rows<{ entry: Buffer }>(ENTRIES, [n * TILE_WIDTH, count]));
      const [row] = await rows<{ hashes: Buffer }>(TILE, [Number(kind), n, count * 32]);
      return row?.hashes ?? null;
    },
  };
}

const NOTE = `note || coalesce((SELECT string_agg(line, '' ORDER BY line) FROM log_cosignature s WHERE s.mode = c.mode AND s.size = c.size), '')`;
const TILE = 'SELECT substring(hashes FOR $4) AS hashes FROM log_tile WHERE mode = $1 AND level = $2 AND n = $3';
const ENTRIES = `SELECT entry FROM log_leaf WHERE mode = $1 AND leaf_index >= $2 AND leaf_index < $2::bigint + $3 ORDER BY leaf_index`;

function bundle(found: readonly { readonly entry: Buffer }[]): Buffer | null {
  if (found.length === 0) return null;
  return Buffer.concat(found.flatMap(({ entry }) => [Buffer.of(entry.length >> 8, entry.length & 0xff), entry]));
}
