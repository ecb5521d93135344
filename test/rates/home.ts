import { toWireTime } from '@groundtruth/sdk/protocol';
import type { ExifEvidence } from '../../workers/verifier/decoder/evidence.js';
import { contextOf, type Spoil } from '../../workers/verifier/verify.fixture.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const RADIUS_M = 150;

/** Where and when a file says it was made, as the reservation, seal and manifest of somebody who made it there and then. */
export function homeOf(exif: ExifEvidence | null): Pick<Spoil, 'manifest' | 'context'> {
  const at = exif?.taken_at ?? exif?.gps_at ?? (exif?.taken_local ? Date.parse(`${exif.taken_local}Z`) : null);
  const place = exif?.place ?? null;
  return {
    manifest: {
      ...(place ? { place: { ...place, accuracy_m: exif?.accuracy_m ?? 10 } } : {}),
      ...(at === null ? {} : { captured_at: toWireTime(at) }),
    },
    context: {
      ...(place ? { area: { ...place, radius_m: RADIUS_M } } : {}),
      ...(at === null ? {} : around(at)),
    },
  };
}

/** A reservation five minutes before, a seal five minutes after, in a window of two hours. */
function around(at: number): Spoil['context'] {
  const [t0, t1] = [at - 5 * MINUTE_MS, at + 5 * MINUTE_MS];
  const { challenge, device } = contextOf();
  return {
    t0,
    t1,
    submitted_at: t1,
    window: { opens_at: at - HOUR_MS, closes_at: at + HOUR_MS },
    challenge: { ...challenge, issued_at: t0 },
    device: device && { ...device, certificate_from: at - 24 * HOUR_MS, certificate_until: at + 24 * HOUR_MS },
  };
}
