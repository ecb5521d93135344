import { WEEKDAYS, type Hours } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** A weekday comes again within a week; one day more for a stretch over midnight, and one for the zone. */
const DAYS_AHEAD = 9;

/** A stretch of time; `until` is no longer part of it. */
export interface Stretch {
  readonly from: Instant;
  readonly until: Instant;
}

/** Whether there is such a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    zoned(name);
    return true;
  } catch {
    return false; // A RangeError: the name is in no IANA list this runtime knows.
  }
}

/**
 * The stretch of these hours that `now` lies in, or the next one. Hours are those of the clock on the wall: on the day the clock is put forward, a
 * time that does not exist is the moment after the gap; on the day it is put back, the first of two equal times counts.
 */
export function stretchAt(hours: Hours, now: Instant): Stretch {
  const zone = zoned(hours.time_zone);
  const today = Math.floor((now + offsetAt(zone, now)) / DAY_MS);
  for (let day = today - 1; day <= today + DAYS_AHEAD; day++) {
    if (!hours.weekdays.includes(weekdayOf(day))) continue;
    const [from, until] = [minutesOf(hours.from), minutesOf(hours.until)];
    const stretch = {
      from: instantOf(zone, day * DAY_MS + from * MINUTE_MS),
      until: instantOf(zone, (until > from ? day : day + 1) * DAY_MS + until * MINUTE_MS),
    };
    if (stretch.until > now && stretch.until > stretch.from) return stretch;
  }
  throw new RangeError('hours that never come'); // Each weekday comes within the days looked at.
}

/** 1 January 1970 was a Thursday, the fourth day of `WEEKDAYS`. */
const weekdayOf = (day: number) => WEEKDAYS[(((day + 3) % 7) + 7) % 7]!;

function minutesOf(clockTime: string): number {
  const [hour, minute] = clockTime.split(':').map(Number);
  return hour! * 60 + minute!;
}

/** The instant at which a clock in the zone shows `local`, counted as if it were UTC. */
function instantOf(zone: Intl.DateTimeFormat, local: number): Instant {
  const [before, after] = [offsetAt(zone, local - DAY_MS), offsetAt(zone, local + DAY_MS)];
  // The clock changes at most once in two days: both readings are the same, or one of them shows the time, or neither does in a gap.
  const readings = [local - before, local - after].sort((a, b) => a - b);
  return readings.find((instant) => instant + offsetAt(zone, instant) === local) ?? readings.at(-1)!;
}

/** What a clock in the zone is ahead of UTC, in milliseconds. */
function offsetAt(zone: Intl.DateTimeFormat, instant: Instant): number {
  const parts = Object.fromEntries(zone.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year, month, day, hour, minute, second } = parts as Record<string, number>;
  return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
}

function zoned(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric';
  const date = { year: numeric, month: numeric, day: numeric } as const;
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    ...date,
    hour: numeric,
    minute: numeric,
    second: numeric,
    hourCycle: 'h23',
    calendar: 'gregory',
  });
}
