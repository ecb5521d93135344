import { Clock, type Instant } from '../kernel/clock.js';
import { SystemClock } from './time.js';

/** The machine's clock, moved on. It never goes back. */
export class MovableClock extends Clock {
  private readonly real = new SystemClock();
  private ahead = 0;

  now(): Instant {
    return this.real.now() + this.ahead;
  }

  /** How far it is ahead of the machine's, in milliseconds. */
  get ahead_ms(): number {
    return this.ahead;
  }

  /** Moves it on until it is this far ahead, in milliseconds; what is less changes nothing. */
  moveTo(ahead_ms: number): void {
    this.ahead = Math.max(this.ahead, ahead_ms);
  }
}
