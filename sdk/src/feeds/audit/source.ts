import { LogFault } from './fault.js';

/**
 * Where an audit reads a log: the server itself, a mirror, or files. Whatever it answers is only believed once it hashes to what the log
 * signed. It throws what it throws when it cannot be reached: that is an outage, never a fault of the log.
 */
export interface LogSource {
  /** Newest checkpoint, as a C2SP note; null while the log is empty. */
  checkpoint(): Promise<string | null>;
  /** Signed checkpoints of sizes above `after`, by size; an empty list at the end. */
  checkpoints(after: number): Promise<readonly { readonly checkpoint: string; readonly log_root: unknown }[]>;
  /** Hashes, in hex, that prove growth from one signed size to another; null when there is no such proof. */
  growth(from: number, to: number): Promise<readonly string[] | null>;
  /** What C2SP tlog-tiles has at `tile/<path>`; null when nothing is there. */
  tile(path: string): Promise<Uint8Array | null>;
}

/** Hashes a tile holds at most (C2SP: 2^8). */
export const TILE_WIDTH = 256;

/** `0/x001/067.p/5`: level or `entries`, the tile's number in groups of three digits, and its width unless it is full. */
export function tilePath(level: number | 'entries', n: number, width: number): string {
  const digits = String(n);
  const groups = digits.padStart(3 * Math.ceil(digits.length / 3), '0').match(/\d{3}/g)!;
  const number = [...groups.slice(0, -1).map((group) => `x${group}`), groups.at(-1)].join('/');
  return `${level}/${number}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** @throws {LogFault} `truncated` when a signed tree lacks the tile, `malformed` when it has another length. */
export async function tileAt(source: LogSource, level: number, n: number, width: number): Promise<Uint8Array> {
  const path = tilePath(level, n, width);
  const bytes = await source.tile(path);
  if (!bytes) throw new LogFault('truncated', `tile ${path} of the signed tree is not there`, { path });
  if (bytes.length !== width * 32) throw new LogFault('malformed', `tile ${path} has ${bytes.length} bytes`, { path });
  return bytes;
}
