import type { ServerResponse } from 'node:http';
import { eventFrame } from './event-frame.js';

/** A dropped reader that does not take its last event either is cut off after this. */
const LAST_WORDS_MS = 5_000;
const HEARTBEAT = Buffer.from(':\n\n');

export interface EventStreamLimits {
  readonly queue_bytes_max: number;
  readonly heartbeat_ms: number;
}

/**
 * One reader of server-sent events. When its socket is full nothing more is written to it; frames wait, up to a limit in bytes, and go out
 * in one piece when it drains. A reader too slow for that is told `event: dropped` with the id of the last event written, and let go.
 */
export class EventStream {
  private queue: { readonly id: string; readonly frame: Buffer }[] = [];
  private queued_bytes = 0;
  private writable = true;
  private open = true;
  private last_id: string | null = null;
  private readonly closing: (() => void)[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly heartbeat: NodeJS.Timeout;

  /** `response` has sent its headers. */
  constructor(
    private readonly response: ServerResponse,
    private readonly limits: EventStreamLimits,
  ) {
    this.heartbeat = setInterval(() => this.beat(), limits.heartbeat_ms).unref();
    response.on('drain', () => this.flush());
    response.on('close', () => this.ended());
    response.on('error', () => this.ended());
  }

  /** Hands over an encoded event. False when the reader is gone or has just been dropped: stop sending. */
  send(id: string, frame: Buffer): boolean {
    if (!this.open) return false;
    if (this.writable) {
      this.write(frame, id);
      return true;
    }
    if (this.queued_bytes + frame.length > this.limits.queue_bytes_max) {
      this.drop();
      return false;
    }
    this.queue.push({ id, frame });
    this.queued_bytes += frame.length;
    return true;
  }

  /** Whether the socket takes more now; a sender with a long backlog reads on only then. */
  get flowing(): boolean {
    return this.open && this.writable;
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

  /** Ends the stream after what is queued. Readers come back by themselves. Repeatable. */
  close(): void {
    if (!this.open) return;
    this.flush();
    this.finish();
  }

  private write(frame: Buffer, id: string): void {
    this.writable = this.response.write(frame);
    this.last_id = id;
  }

  private flush(): void {
    if (!this.open) return;
    this.writable = true;
    const last = this.queue.at(-1);
    if (last) this.write(Buffer.concat(this.queue.map(({ frame }) => frame)), last.id);
    this.forgetQueue();
    if (this.writable) this.wake();
  }

  private drop(): void {
    this.response.write(
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

  private beat(): void {
    if (this.writable) this.writable = this.response.write(HEARTBEAT);
  }

  private ended(): void {
    if (!this.open) return;
    this.open = false;
    this.forgetQueue();
    clearInterval(this.heartbeat);
    this.wake();
    for (const callback of this.closing.splice(0)) callback();
  }

  private forgetQueue(): void {
    this.queue = [];
    this.queued_bytes = 0;
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
