import type { Instant } from '../../../src/kernel/clock.js';
import { isAwake, NIGHT, type Habits } from './contributor.js';

/** A time through which somebody is awake and asks the same. */
export interface Stretch {
  readonly by: number;
  readonly from: Instant;
  readonly until: Instant;
}

interface Days {
  /** Midnight by the sun of the first day. */
  readonly start: Instant;
  /** After which somebody is never there again. */
  readonly last: Instant;
  /** For each day whether somebody is there at all. */
  readonly there: readonly boolean[];
}

const HOUR_MS = 3_600_000;
const DAY_H = 24;

/** When offers of this person stand: through the hours awake of the days on which they are there, apart where night begins or all gets dearer. */
export function stretchesOf(person: Habits, by: number, { start, last, there }: Days): Stretch[] {
  const { wakes_at, sleeps_at, dearer } = person;
  const hours = [...new Set([0, NIGHT.to_hour, NIGHT.from_hour, wakes_at, sleeps_at, DAY_H])].sort((a, b) => a - b);
  const moments = there.flatMap((is, day) =>
    is ? hours.map((hour) => start + Math.round((day * DAY_H + hour) * HOUR_MS)) : [],
  );
  const bounds = [...new Set([...moments, ...(dearer ? [dearer.from] : [])])].sort((a, b) => a - b);
  return bounds.slice(1).flatMap((until, n) => {
    const from = bounds[n]!;
    const is = there[Math.floor((from - start) / (DAY_H * HOUR_MS))] === true;
    return is && until <= last && isAwake(person, (from + until) / 2) ? [{ by, from, until }] : [];
  });
}
