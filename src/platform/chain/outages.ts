import type { Clock, Instant } from '../../kernel/clock.js';
import type { Log } from '../telemetry/index.js';
import { ChainUnavailable, RpcRefusal } from './rpc.js';

const PAUSE_MS = 500;
const PAUSE_MS_MAX = 60_000;

/** The node does not answer, or not sensibly: nothing is asked of it before `until`. */
export interface Unavailable {
  readonly state: 'unavailable';
  readonly until: Instant;
}

/** Keeps us from asking a node that is down again and again: pauses that double up to a minute, with jitter. */
export class Outages {
  private failures = 0;
  private until: Instant = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Does `work` unless a pause is on. An error of the node begins one; other errors are thrown. */
  async attempt<T>(work: () => Promise<T>): Promise<T | Unavailable> {
    if (this.clock.now() < this.until) return { state: 'unavailable', until: this.until };
    try {
      const result = await work();
      this.failures = 0;
      return result;
    } catch (err) {
      if (!(err instanceof ChainUnavailable || err instanceof RpcRefusal)) throw err;
      const pause = Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** this.failures++);
      this.until = this.clock.now() + Math.ceil(pause * (0.5 + Math.random() / 2));
      this.log.warn({ err }, 'the chain could not be asked; trying again later');
      return { state: 'unavailable', until: this.until };
    }
  }
}
