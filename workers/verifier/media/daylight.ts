import type { LightEvidence } from '../decoder/evidence.js';
import { stretch, type Picture } from './picture.js';

/** The picture is looked at this small: single lamps and signs disappear. */
const SIDE = 64;
/** Part of the picture, from above, in which a sky is looked for. */
const UPPER = 0.5;
/** A sky by day: bright, clearly more blue than red, and hardly changing from one pixel to the next. */
const SKY_LUMA_MIN = 110;
const SKY_BLUE_OVER_RED = 18;
const SKY_STEP_MAX = 10;

/**
 * How much of the picture looks like a clear sky by day. Brightness alone says nothing (lamps and flash make bright pictures at
 * night), so only bright, smooth blue above counts; an overcast sky, like a white ceiling, does not.
 */
export async function daylight(picture: Picture): Promise<Omit<LightEvidence, 'duration_ms'>> {
  const rgb = await stretch(picture, SIDE, SIDE);
  const lumas = Float64Array.from({ length: SIDE * SIDE }, (_, i) => lumaOf(rgb, i));
  const upper = SIDE * Math.round(SIDE * UPPER);
  let sky = 0;
  for (let i = 0; i < upper; i++) if (isSky(rgb, lumas, i)) sky++;
  const mean = lumas.reduce((sum, value) => sum + value, 0) / lumas.length;
  return { mean_luma: share(mean / 255), sky_share: share(sky / upper) };
}

function isSky(rgb: Buffer, lumas: Float64Array, i: number): boolean {
  const [red, green, blue] = [rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!];
  if (lumas[i]! < SKY_LUMA_MIN || blue < red + SKY_BLUE_OVER_RED || blue < green) return false;
  const next = i % SIDE === SIDE - 1 ? i - 1 : i + 1;
  return Math.abs(lumas[i]! - lumas[next]!) <= SKY_STEP_MAX && Math.abs(lumas[i]! - lumas[i + SIDE]!) <= SKY_STEP_MAX;
}

const lumaOf = (rgb: Buffer, i: number): number =>
  0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!;

const share = (value: number): number => Math.round(Math.min(1, value) * 1e4) / 1e4;
