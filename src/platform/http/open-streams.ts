import type { FastifyReply } from 'fastify';
import { DomainError } from '../../kernel/problem.js';
import type { Config } from '../config/index.js';
import { EventStream } from './event-stream.js';

const RETRY_AFTER_S = 5;

/** Every event stream that is open in this process: so that there is a limit, and so that a stop can end them. */
export class OpenStreams {
  private readonly streams = new Set<EventStream>();
  private readonly ending = new AbortController();

  constructor(private readonly config: Pick<Config, 'STREAMS_MAX' | 'STREAM_HEARTBEAT_MS' | 'STREAM_RETRY_MS'>) {}

  get count(): number {
    return this.streams.size;
  }

  /** Aborted when this process stops: whatever else waits on behalf of a caller ends then. */
  get stopping(): AbortSignal {
    return this.ending.signal;
  }

  /**
   * Takes the reply over and answers 200 `text/event-stream`. The handler must not answer any more (`@Res()` without passthrough).
   * @throws {DomainError} `rate_limited` when this process has as many streams as it may, or is stopping.
   */
  open(reply: FastifyReply): EventStream {
    if (this.stopping.aborted || this.streams.size >= this.config.STREAMS_MAX) {
      throw new DomainError('rate_limited', 'this server holds as many streams as it may', {
        retry_after_s: RETRY_AFTER_S,
      });
    }
    const stream = new EventStream(startEvents(reply, this.config.STREAM_RETRY_MS), {
      heartbeat_ms: this.config.STREAM_HEARTBEAT_MS,
    });
    this.streams.add(stream);
    stream.onClose(() => this.streams.delete(stream));
    return stream;
  }

  /** Ends every stream and opens no more. */
  stop(): void {
    this.ending.abort();
    for (const stream of [...this.streams]) stream.close();
  }
}

/** The connection ends with the stream, so it needs no chunks: each write is one write of the socket. */
function startEvents(reply: FastifyReply, retry_ms: number) {
  reply.hijack();
  const { raw } = reply;
  raw.removeHeader('transfer-encoding');
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  });
  raw.flushHeaders();
  raw.write(`retry: ${retry_ms}\n\n`);
  return raw;
}
