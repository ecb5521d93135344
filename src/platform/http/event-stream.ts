import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { eventFrame } from './event-frame.js';

/** A dropped reader that does not take its last event either is cut off after this. */
const LAST_WORDS_MS = 5_000;
const HEARTBEAT = Buffer.from(':\n\n');

export interface EventStreamLimits {
  readonly heartbeat_ms: number;
}

/**
 * One reader of server-sent events. What its socket has not taken is at most one piece, for nothing more is handed over until it has: there is no
 * queue. A reader that takes nothing from one heartbeat to the next is told `event: dropped` with the id of the last event written, and let go.
 */
export class EventStream {
  private writable = true;
  /** Whether the socket was full at the last heartbeat, and has been since. */
  private stalled = false;
  private open = true;
  private last_id: string | null = null;
  private readonly closing: (() => void)[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly heartbeat: NodeJS.Timeout;

  /** Events go to it without the response between, which would put off each write to the end of the turn. Null when the reader is gone already. */
  private readonly socket: Socket | null;

  /** `response` has sent its headers, and says that the connection ends with it: nothing is put around what is written. */
  constructor(
    private readonly response: ServerResponse,
    limits: EventStreamLimits,
  ) {
    this.heartbeat = setInterval(() => this.beat(), limits.heartbeat_ms).unref();
    this.socket = response.socket;
    this.socket?.on('drain', () => this.flow());
    response.on('close', () => this.ended());
    response.on('error', () => this.ended());
    if (!this.socket) this.ended();
  }

  /**
   * Hands over encoded events, of which `id` is the last. False when the socket is full, or the reader gone: nothing was taken, and `drained`
   * tells when to try again.
   */
  send(id: string, events: Buffer): boolean {
    if (!this.flowing) return false;
    this.writable = this.socket!.write(events);
    this.last_id = id;
    return true;
  }

  /** Whether the socket takes more now. */
  get flowing(): boolean {
    return this.open && this.writable;
  }

  /** False once the reader is gone. */
  get alive(): boolean {
    return this.open;
  }

  /** Resolves when the socket takes more, or the reader is gone. */
  async drained(): Promise<void> {
    if (this.flowing || !this.open) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Called once, when the reader is gone for whatever reason; at once when it already is. */
  onClose(callback: () => void): void {
    if (this.open) this.closing.push(callback);
    else callback();
  }

  /** Ends the stream after what was written. Readers come back by themselves. Repeatable. */
  close(): void {
    if (this.open) this.finish();
  }

  private flow(): void {
    this.writable = true;
    this.stalled = false;
    this.wake();
  }

  private beat(): void {
    if (this.writable) this.writable = this.socket!.write(HEARTBEAT);
    else if (this.stalled) this.drop();
    else this.stalled = true;
  }

  private drop(): void {
    this.socket!.write(
      eventFrame({ event: 'dropped', data: JSON.stringify({ reason: 'slow_reader', last_id: this.last_id }) }),
    );
    this.finish();
  }

  private finish(): void {
    this.response.end();
    this.ended();
    const cut = setTimeout(() => this.response.destroy(), LAST_WORDS_MS).unref();
    this.response.once('close', () => clearTimeout(cut));
  }

  private ended(): void {
    if (!this.open) return;
    this.open = false;
    clearInterval(this.heartbeat);
    this.wake();
    for (const callback of this.closing.splice(0)) callback();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
