/** One event of a `text/event-stream`, complete. */
export interface ServerSentEvent {
  /** What to send as `Last-Event-ID` to go on after it; null when the event names none. */
  readonly id: string | null;
  /** `message` unless the stream says otherwise. */
  readonly event: string;
  readonly data: string;
}

/** Longest event that is kept while its end is awaited, in characters: a card has a few hundred. */
const EVENT_CHARS_MAX = 1_000_000;

/**
 * Reads `text/event-stream` (WHATWG HTML, 9.2.6) in pieces cut anywhere, inside a character or between CR and LF too. An event whose
 * blank line has not come is never given out, so a stream that breaks off loses nothing that it did not send whole.
 */
export class EventStreamParser {
  private readonly decoder = new TextDecoder('utf-8'); // Takes away a byte order mark at the very start, as the format asks.
  private rest = '';
  private id: string | null = null;
  private event = '';
  private data: string[] = [];
  private chars = 0;

  /** Events that this piece completes. @throws {RangeError} when an event has no end. */
  push(piece: Uint8Array): ServerSentEvent[] {
    const text = this.rest + this.decoder.decode(piece, { stream: true });
    // A CR at the end may be the first half of CR LF: it waits for what follows.
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop()!;
    this.chars += text.length - this.rest.length;
    const events = lines.flatMap((line) => this.line(line) ?? []);
    if (this.chars + this.rest.length > EVENT_CHARS_MAX) throw new RangeError('an event of the stream has no end');
    return events;
  }

  private line(line: string): ServerSentEvent | null {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') this.data.push(value);
    else if (name === 'event') this.event = value;
    else if (name === 'id' && !value.includes('\0')) this.id = value;
    return null; // Comments begin with a colon; other fields are ignored, as the format asks.
  }

  private dispatch(): ServerSentEvent | null {
    const { id, event, data } = this;
    [this.id, this.event, this.data, this.chars] = [null, '', [], 0];
    return data.length === 0 ? null : { id, event: event || 'message', data: data.join('\n') };
  }
}
