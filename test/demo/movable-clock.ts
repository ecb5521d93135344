import { Clock, type Instant } from '../../src/kernel/clock.js';
import { SystemClock } from '../../src/platform/time.js';

/** The machine's clock, moved on: so that nobody waits for weeks. */
export class MovableClock extends Clock {
  private readonly real = new SystemClock();
  private ahead_ms = 0;

  now(): Instant {
    return this.real.now() + this.ahead_ms;
  }

  move(ms: number): void {
    this.ahead_ms += ms;
  }
}
