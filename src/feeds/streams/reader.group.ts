import type { EventStream } from '../../platform/http/index.js';
import { passes, type CardFilter } from '../observations/card.filter.js';
import type { Entry } from './entry.js';
import { pieceFor, SharedPiece } from './piece.js';
import type { Tape } from './tape.js';

/** Ranges of the tape that are kept encoded: readers that keep up are at one place, those that do not at few. */
const PIECES_MAX = 16;

/** A page of the feed that lies before the tape. */
export interface Page {
  readonly entries: readonly Entry[];
  readonly to: bigint;
}

export interface Reader {
  readonly stream: EventStream;
  readonly viewer_id: string;
  /** Everything up to this place has been handed to the socket. */
  after: bigint;
  /** Something will serve it again: its socket drains, or a page is being read. */
  waiting: boolean;
}

/**
 * Readers of the same cards of one mode. What is new is chosen and joined once, and each socket gets it in one write. A reader whose socket is
 * full is passed over: it is served when it drains, from where it is, so it costs the others nothing and is kept nothing for.
 */
export class ReaderGroup {
  private readonly readers = new Set<Reader>();
  private readonly pieces = new Map<bigint, SharedPiece>();
  private readonly pages = new Map<bigint, Promise<Page>>();

  constructor(
    private readonly filter: CardFilter,
    private readonly tape: Tape,
    private readonly bytes_max: number,
    /** A page of what lies after a place, from the database. */
    private readonly pageAfter: (filter: CardFilter, after: bigint) => Promise<Page>,
  ) {}

  get size(): number {
    return this.readers.size;
  }

  join(reader: Reader): void {
    this.readers.add(reader);
    reader.stream.onClose(() => this.readers.delete(reader));
    this.serve(reader);
  }

  /** The tape has grown. */
  grown(): void {
    this.pieces.clear();
    for (const reader of this.readers) this.serve(reader);
  }

  /** Ends every stream of it. */
  close(): void {
    for (const { stream } of [...this.readers]) stream.close();
  }

  private serve(reader: Reader): void {
    if (reader.waiting) return;
    while (reader.stream.flowing && reader.after >= this.tape.from && reader.after < this.tape.head)
      this.hand(reader, this.pieceAt(reader));
    if (!reader.stream.flowing) this.later(reader, reader.stream.drained());
    else if (reader.after < this.tape.from) this.later(reader, this.catchUp(reader));
  }

  /** Serves a reader again once something has happened. A page that could not be read ends its stream: it comes back with its last id. */
  private later(reader: Reader, event: Promise<void>): void {
    if (!reader.stream.alive) return;
    reader.waiting = true;
    event.then(
      () => {
        reader.waiting = false;
        this.serve(reader);
      },
      () => reader.stream.close(),
    );
  }

  private hand(reader: Reader, { events, last_id, to }: ReturnType<typeof pieceFor>): void {
    if (last_id === null || reader.stream.send(last_id, events)) reader.after = to;
  }

  private pieceAt({ after, viewer_id }: Reader) {
    const shared = this.pieces.get(after) ?? this.encode(after);
    return shared.isFor(viewer_id)
      ? shared.piece
      : pieceFor(viewer_id, this.chosen(after), this.tape.head, this.bytes_max);
  }

  private encode(after: bigint): SharedPiece {
    const shared = new SharedPiece(this.chosen(after), this.tape.head, this.bytes_max);
    if (this.pieces.size === PIECES_MAX) this.pieces.delete(this.pieces.keys().next().value!);
    this.pieces.set(after, shared);
    return shared;
  }

  private chosen(after: bigint): Entry[] {
    return this.tape.after(after).filter(({ row }) => passes(this.filter, row));
  }

  /** One page for a reader that is behind the tape. Readers at the same place share the question. */
  private async catchUp(reader: Reader): Promise<void> {
    const { after } = reader;
    const page = this.pages.get(after) ?? this.pageAfter(this.filter, after);
    this.pages.set(after, page);
    const { entries, to } = await page.finally(() => this.pages.delete(after));
    while (reader.after < to && reader.stream.flowing) {
      const rest = entries.filter(({ row }) => row.seq > reader.after);
      this.hand(reader, pieceFor(reader.viewer_id, rest, to, this.bytes_max));
    }
  }
}
