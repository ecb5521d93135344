/**
 * Times as cameras write them. A camera's clock has no zone of its own, and real ones are wrong by seconds, hours or a day;
 * whoever compares them must treat a conflict as inconclusive.
 */

const MINUTE_MS = 60_000;
/** Zones are whole quarters of an hour. */
const ZONE_STEP_MIN = 15;
/** Zones in use lie between UTC-12:00 and UTC+14:00. */
const ZONE_MIN = -12 * 60;
const ZONE_MAX = 14 * 60;

/**
 * `YYYY:MM:DD HH:MM:SS` (EXIF 2.32, DateTimeOriginal) read as if it were UTC, epoch milliseconds. Null for the empty form,
 * for `0000:00:00 …` and for dates that do not exist.
 */
export function utcFromCivil(text: string | null): number | null {
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)/.exec(text ?? '');
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  if (year < 1970) return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const again = new Date(at);
  const exists = again.getUTCMonth() === month - 1 && again.getUTCDate() === day && again.getUTCHours() === hour;
  return exists && minute < 60 && second < 60 ? at : null;
}

/** `+03:30`, `-07:00` or `Z` (EXIF OffsetTimeOriginal) as minutes east of UTC; null for anything else. */
export function offsetMinutes(text: string | null): number | null {
  if (text === 'Z') return 0;
  const match = /^([+-])(\d\d):(\d\d)$/.exec(text ?? '');
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return minutes > ZONE_MAX ? null : minutes === 0 ? 0 : match[1] === '-' ? -minutes : minutes;
}

/**
 * The camera's zone, minutes east of UTC: its local clock minus the time the satellites gave, rounded to a quarter of an hour.
 * Right for every phone measured; null when the answer is no zone that exists (one camera dates its GPS a day late).
 */
export function zoneFromGps(local: number, gps: number): number | null {
  const minutes = Math.round((local - gps) / MINUTE_MS / ZONE_STEP_MIN) * ZONE_STEP_MIN;
  return minutes < ZONE_MIN || minutes > ZONE_MAX ? null : minutes === 0 ? 0 : minutes;
}
