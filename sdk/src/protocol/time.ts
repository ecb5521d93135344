import { z } from 'zod';

const RFC3339 =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Epoch milliseconds → RFC 3339 in UTC with milliseconds. */
export function toWireTime(instant: number): string {
  return new Date(instant).toISOString();
}

/** RFC 3339 with an explicit zone → epoch milliseconds; null for anything else, 30 February included. */
export function parseWireTime(text: string): number | null {
  if (!RFC3339.test(text)) return null;
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) return null;
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year!, month! - 1, day!)).getUTCDate() === day ? instant : null;
}

/** A point in time on the wire: RFC 3339 with a zone, parsed to epoch milliseconds. */
export const timeSchema = z
  .string()
  .refine((text) => parseWireTime(text) !== null, 'expected RFC 3339 with a zone, e.g. 2026-11-21T06:00:00Z')
  .transform((text) => parseWireTime(text)!)
  .meta({ format: 'date-time' });

/** A point in time as the server answers it. */
export const timeOutSchema = z.iso.datetime();

/** Longest that a request waits for something to change, in seconds: below the minute after which proxies cut it off. */
const WAIT_S_MAX = 55;
/** How long a request may wait before it is answered as things stand, in seconds; 0, and left out: not at all. */
export const waitSchema = z.coerce.number().int().min(0).max(WAIT_S_MAX).default(0);
