import { distanceM } from '../../../src/kernel/geo.js';
import type { CaptureContext } from '../context.js';
import type { ExifEvidence } from '../decoder/evidence.js';

/** How far a clock may be from the proven interval and still agree with it: real cameras were seen 90 s off, EXIF counts whole seconds. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** How far an EXIF place may be from the sealed one beyond what both claim as accuracy: phones write a fix from a little earlier. */
const PLACE_TOLERANCE_M = 200;
const HOUR_MS = 3_600_000;
/** Zones in use lie between UTC−12 and UTC+14. */
const ZONE_WEST_MS = 12 * HOUR_MS;
const ZONE_EAST_MS = 14 * HOUR_MS;

/** `zone_unknown`: a local time that fits the interval in some zone, and no tag that says which. It proves nothing and conflicts with nothing. */
export type TimeAgreement = 'agrees' | 'conflicts' | 'zone_unknown' | 'absent';
export type PlaceAgreement = 'agrees' | 'conflicts' | 'absent';

/** Whether a clock's instant fits the proven interval. */
export function clockAgrees({ t0, t1 }: CaptureContext, at: number): boolean {
  return t0 - CLOCK_TOLERANCE_MS <= at && at <= t1 + CLOCK_TOLERANCE_MS;
}

/** Whether every time the EXIF block states with a zone fits the proven interval. */
export function exifTime(context: CaptureContext, exif: ExifEvidence | null): TimeAgreement {
  const instants = [exif?.taken_at, exif?.gps_at].filter((at) => at !== null && at !== undefined);
  if (instants.length > 0) return instants.every((at) => clockAgrees(context, at)) ? 'agrees' : 'conflicts';
  if (!exif?.taken_local) return 'absent';
  return fitsSomeZone(context, Date.parse(`${exif.taken_local}Z`)) ? 'zone_unknown' : 'conflicts';
}

/** Whether the EXIF place is the sealed one. */
export function exifPlace({ sealed }: CaptureContext, exif: ExifEvidence | null): PlaceAgreement {
  if (!exif?.place) return 'absent';
  const { place } = sealed.manifest;
  const tolerance = place.accuracy_m + (exif.accuracy_m ?? 0) + PLACE_TOLERANCE_M;
  return distanceM(place, exif.place) <= tolerance ? 'agrees' : 'conflicts';
}

/** A local time read as UTC lies at most 14 h after and 12 h before the instant it means. */
function fitsSomeZone({ t0, t1 }: CaptureContext, localAsUtc: number): boolean {
  return localAsUtc - ZONE_EAST_MS <= t1 + CLOCK_TOLERANCE_MS && t0 - CLOCK_TOLERANCE_MS <= localAsUtc + ZONE_WEST_MS;
}
