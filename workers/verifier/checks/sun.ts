import { getPosition } from 'suncalc';
import type { CaptureContext } from '../context.js';
import { inconclusive, pass, unavailable, type Evidence, type Judgement } from './check.js';

/** Degrees below the horizon at which civil twilight ends: no sky is bright any more. */
export const NIGHT_BELOW_DEG = -6;
/**
 * Share of the upper half that must look like a clear sky by day. Of 20 photographs by day 5 reach it (the others are rooms, close-ups or
 * overcast); the one by night and the rooms have 0 to 0.02. One night photograph is no rate: this only advises.
 */
export const SKY_SHARE_MIN = 0.3;

/**
 * Advisory: no clear sky by day in a picture whose whole proven interval is night at the sealed place. Only this contradiction is looked
 * for: rooms, flash and overcast skies say nothing about the sun, and a dark picture at noon is a dark room.
 */
export function sun({ context, light }: Evidence): Judgement | null {
  const highest_deg = highestSunDeg(context);
  if (highest_deg >= NIGHT_BELOW_DEG) return pass({ reason: 'no_night', highest_deg: Math.round(highest_deg) });
  if (!light) return null;
  if (!light.ok) return unavailable(light);
  const { sky_share, mean_luma, duration_ms } = light.value;
  const evidence = { highest_deg: Math.round(highest_deg), sky_share, sky_share_max: SKY_SHARE_MIN, mean_luma };
  const bright = sky_share >= SKY_SHARE_MIN;
  return { ...(bright ? inconclusive({ reason: 'daylight_at_night', ...evidence }) : pass(evidence)), duration_ms };
}

/** Whether the whole proven interval is night at the sealed place. */
export const isNight = (context: CaptureContext): boolean => highestSunDeg(context) < NIGHT_BELOW_DEG;

const STEP_MS = 10 * 60_000;
/** A day in steps: no interval needs more, for after a day the sun has been everywhere. */
const STEPS_MAX = 145;

/**
 * Highest altitude of the sun during the proven interval, degrees: at its ends and every ten minutes between, in which the sun
 * moves 2.5 degrees at most. The result leaves here rounded to a degree, so that it tells no place.
 */
function highestSunDeg({ t0, t1, sealed }: CaptureContext): number {
  const { lat, lng } = sealed.manifest.place;
  const steps = Math.min(STEPS_MAX, Math.floor((t1 - t0) / STEP_MS));
  const instants = [...Array.from({ length: steps + 1 }, (_, i) => t0 + i * STEP_MS), t1];
  return Math.max(...instants.map((at) => getPosition(new Date(at), lat, lng).altitude));
}
