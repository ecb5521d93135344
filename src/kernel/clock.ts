/** A point in time: whole milliseconds since 1970-01-01T00:00:00Z (docs/adr/0001). */
export type Instant = number;

/** The only source of "now". Injected, so that a simulation can drive months in seconds. */
export abstract class Clock {
  abstract now(): Instant;
}

/** A clock that stands still until it is moved; for tests and simulations. */
export class ManualClock extends Clock {
  constructor(private instant: Instant) {
    super();
  }

  now(): Instant {
    return this.instant;
  }

  advance(ms: number): void {
    this.instant += ms;
  }

  set(instant: Instant): void {
    this.instant = instant;
  }
}

export const seconds = (count: number): number => count * 1000;
