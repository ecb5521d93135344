import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sleep } from '../time.js';

/** Requests of one process that wait at once. Beyond it one is answered at once, as it stands: the caller asks again. */
const WAITS_MAX = 500;
/** Pauses between two looks, in milliseconds: the first, and the longest. A look costs one row. */
const PAUSE_MS_START = 100;
const PAUSE_MS_MAX = 1_000;
const PAUSE_GROWTH = 1.5;

interface Wait {
  /** Longest wait, in seconds. */
  readonly wait_s: number;
  /** Aborted when nobody listens any more. */
  readonly gone: AbortSignal;
}

/** Requests that are answered once something has changed. They hold no connection to the database, and a stop of the process ends them. */
export class Waits {
  private readonly stopping = new AbortController();
  private waiting = 0;

  /** Resolves once `look` answers true, the time is over, the caller is gone, or the process stops. Who is answered looks again. */
  async until({ wait_s, gone }: Wait, look: () => Promise<boolean>): Promise<void> {
    if (wait_s === 0 || this.waiting >= WAITS_MAX) return;
    const over = AbortSignal.any([gone, this.stopping.signal, AbortSignal.timeout(wait_s * 1_000)]);
    this.waiting += 1;
    try {
      for (let pause = PAUSE_MS_START; !over.aborted; pause = Math.min(pause * PAUSE_GROWTH, PAUSE_MS_MAX)) {
        if (await look()) return;
        await sleep(pause, over);
      }
    } finally {
      this.waiting -= 1;
    }
  }

  /** Ends every wait, and begins no more. */
  stop(): void {
    this.stopping.abort();
  }
}

/** Aborted when the caller of this request hangs up. */
export const Gone = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const gone = new AbortController();
  context
    .switchToHttp()
    .getResponse<FastifyReply>()
    .raw.once('close', () => gone.abort());
  return gone.signal;
});
