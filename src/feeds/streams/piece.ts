import { fundersOf } from '../observations/observation.funders.js';
import type { Entry } from './entry.js';

/** Events to write at once, and how far they take a reader. */
export interface Piece {
  readonly events: Buffer;
  /** Id of the last event; null when there is none: what lies between is not for this reader. */
  readonly last_id: string | null;
  readonly to: bigint;
}

/** The first events of some entries for a viewer, up to so many bytes but one at least. `end` is where the entries end. */
export function pieceFor(viewerId: string, entries: readonly Entry[], end: bigint, bytes_max: number): Piece {
  return pieceOf(entries, end, bytes_max, (entry) => entry.frameFor(viewerId));
}

/** A piece that all viewers share who funded none of its entries, and who they are that did. */
export class SharedPiece {
  readonly piece: Piece;
  private readonly funders: ReadonlySet<string>;

  constructor(entries: readonly Entry[], end: bigint, bytes_max: number) {
    this.piece = pieceOf(entries, end, bytes_max, (entry) => entry.sharedFrame);
    this.funders = new Set(entries.flatMap(({ row }) => fundersOf(row)));
  }

  isFor(viewerId: string): boolean {
    return !this.funders.has(viewerId);
  }
}

function pieceOf(
  entries: readonly Entry[],
  end: bigint,
  bytes_max: number,
  frameOf: (entry: Entry) => Buffer | null,
): Piece {
  const frames: Buffer[] = [];
  let [bytes, last_id]: [number, string | null] = [0, null];
  for (const entry of entries) {
    const frame = frameOf(entry);
    if (!frame) continue;
    // Cut here: the reader goes on from the entry before this one.
    if (frames.length > 0 && bytes + frame.length > bytes_max) return { events: Buffer.concat(frames), last_id, to: entry.row.seq - 1n }; // prettier-ignore
    frames.push(frame);
    bytes += frame.length;
    last_id = entry.row.id;
  }
  return { events: Buffer.concat(frames), last_id, to: end };
}
