import type { Instant } from '../kernel/clock.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hours of the night by the sun, from `from_hour` in the evening to `to_hour` in the morning. */
export interface Night {
  readonly from_hour: number;
  readonly to_hour: number;
}

/** Mean solar time as hours from 0 to 24: where the sun stands, whatever clocks there say. Off by up to 16 minutes over the year. */
export function solarHour(at: Instant, lng: number): number {
  const shifted = at + (lng / 15) * HOUR_MS;
  return (((shifted % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
}

/** Whether the whole time from `start` to `end` lies in one night at that longitude: then the work cannot be done by day. */
export function isWithinNight(start: Instant, end: Instant, lng: number, { from_hour, to_hour }: Night): boolean {
  const hour = solarHour(start, lng);
  if (hour >= to_hour && hour < from_hour) return false;
  const left = hour >= from_hour ? 24 - hour + to_hour : to_hour - hour;
  return end - start <= left * HOUR_MS;
}
