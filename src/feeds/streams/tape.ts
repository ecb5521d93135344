import type { Entry } from './entry.js';

/**
 * The newest entries of a feed, in order and without a gap: everything after `from`, up to `head`. Bounded; what falls off is in the database.
 */
export class Tape {
  private entries: Entry[] = [];

  constructor(
    /** Everything after this place, up to `head`, is on the tape. */
    public from: bigint,
    private readonly entries_max: number,
  ) {
    this.head = from;
  }

  /** How far the tape has been read on. */
  head: bigint;

  /** Adds what follows `head`, in order; nothing else will be at `to` or before it. */
  append(entries: readonly Entry[], to: bigint): void {
    this.entries.push(...entries);
    this.head = to;
    const over = this.entries.length - this.entries_max;
    if (over <= 0) return;
    this.from = this.entries[over - 1]!.row.seq;
    this.entries.splice(0, over);
  }

  /** Entries after a place, which is `from` or later. */
  after(place: bigint): readonly Entry[] {
    return this.entries.slice(this.indexAfter(place));
  }

  private indexAfter(place: bigint): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.row.seq > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
