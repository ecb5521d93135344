import exifr from 'exifr';
import type { ExifEvidence } from '../decoder/evidence.js';
import { clip } from './clip.js';
import { offsetMinutes, utcFromCivil, zoneFromGps } from './camera-time.js';

/** Largest EXIF block read, in bytes. In JPEG a block cannot exceed 64 KiB; PNG, WebP and AVIF set no limit of their own. */
export const EXIF_BYTES_MAX = 128 * 1024;
const ERRORS_MAX = 8;

/**
 * Reads the claims of an EXIF block (TIFF bytes, with or without the leading `Exif\0\0`). Never throws: what cannot be read is
 * null and named in `errors`. Values stay raw (`reviveValues: false`), because revived dates are parsed in the server's zone.
 */
export async function readExif(block: Buffer): Promise<ExifEvidence> {
  const tiff = tiffOf(block);
  if (tiff.length > EXIF_BYTES_MAX) return summarise({}, [`the block has ${tiff.length} bytes`]);
  try {
    const tags = ((await exifr.parse(tiff, OPTIONS)) ?? {}) as Tags & { errors?: unknown[] };
    return summarise(tags, (tags.errors ?? []).map(messageOf));
  } catch (error) {
    return summarise({}, [messageOf(error)]);
  }
}

/** An EXIF block without the word that introduces it in a JPEG. */
export function tiffOf(block: Buffer): Buffer {
  return block.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? block.subarray(6) : block;
}

type Tags = Readonly<Record<string, unknown>>;

const OPTIONS = {
  tiff: true,
  ifd0: { pick: ['Make', 'Model', 'Software'] },
  exif: { pick: ['DateTimeOriginal', 'OffsetTimeOriginal'] },
  gps: {
    pick: [
      'GPSLatitudeRef',
      'GPSLatitude',
      'GPSLongitudeRef',
      'GPSLongitude',
      'GPSDateStamp',
      'GPSTimeStamp',
      'GPSHPositioningError',
    ],
  },
  ifd1: false,
  interop: false,
  makerNote: false,
  userComment: false,
  xmp: false,
  icc: false,
  iptc: false,
  jfif: false,
  ihdr: false,
  mergeOutput: true,
  reviveValues: false,
  translateValues: false,
  silentErrors: true,
} as unknown as Parameters<typeof exifr.parse>[1];

function summarise(tags: Tags, errors: string[]): ExifEvidence {
  const taken = utcFromCivil(textOf(tags.DateTimeOriginal));
  const gpsAt = gpsInstant(textOf(tags.GPSDateStamp), tags.GPSTimeStamp);
  const fromTag = taken === null ? null : offsetMinutes(textOf(tags.OffsetTimeOriginal));
  const fromGps = taken === null || gpsAt === null ? null : zoneFromGps(taken, gpsAt);
  const offset = fromTag ?? fromGps;
  return {
    taken_local: taken === null ? null : new Date(taken).toISOString().slice(0, 19),
    offset_min: offset,
    offset_source: fromTag !== null ? 'tag' : fromGps !== null ? 'gps' : null,
    taken_at: taken === null || offset === null ? null : taken - offset * 60_000,
    gps_at: gpsAt,
    place: placeOf(tags),
    accuracy_m: numberWithin(tags.GPSHPositioningError, 0, 10_000),
    make: textOf(tags.Make),
    model: textOf(tags.Model),
    software: textOf(tags.Software),
    errors: errors.slice(0, ERRORS_MAX),
  };
}

function gpsInstant(date: string | null, time: unknown): number | null {
  if (date === null || !Array.isArray(time) || time.length !== 3) return null;
  const [hour, minute, second] = time.map((part) => numberWithin(part, 0, 60));
  if (hour == null || minute == null || second == null) return null;
  const clock = [hour, minute, Math.min(59, second)].map((part) => String(Math.floor(part)).padStart(2, '0'));
  return utcFromCivil(`${date} ${clock.join(':')}`);
}

function placeOf(tags: Tags): ExifEvidence['place'] {
  const lat = degrees(tags.GPSLatitude, textOf(tags.GPSLatitudeRef), { N: 1, S: -1 }, 90);
  const lng = degrees(tags.GPSLongitude, textOf(tags.GPSLongitudeRef), { E: 1, W: -1 }, 180);
  return lat === null || lng === null ? null : { lat, lng };
}

/** Degrees, minutes, seconds and a hemisphere; null when any of them is absent, not finite (denominator 0) or out of range. */
function degrees(parts: unknown, ref: string | null, signs: Record<string, number>, max: number): number | null {
  const sign = signs[ref?.toUpperCase() ?? ''];
  if (sign === undefined || !Array.isArray(parts) || parts.length !== 3) return null;
  const [deg, min, sec] = parts.map((part) => numberWithin(part, 0, max));
  if (deg == null || min == null || sec == null) return null;
  return numberWithin(sign * (deg + min / 60 + sec / 3600), -max, max);
}

function numberWithin(value: unknown, low: number, high: number): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high ? value : null;
}

/** A stranger's text: control characters become blanks, the ends are trimmed, the rest is cut. Null when nothing is left. */
function textOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = clip(value);
  return text === '' ? null : text;
}

function messageOf(error: unknown): string {
  return textOf(error instanceof Error ? error.message : String(error)) ?? 'unreadable';
}
