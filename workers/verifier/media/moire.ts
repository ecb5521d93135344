import { sharpOf, type Picture } from './picture.js';
import { logPowerSpectrum } from './power-spectrum.js';

/** Side of each square looked at, in pixels of the working copy. */
export const MOIRE_SIDE = 256;
/** Frequencies looked at, in cycles per square: below lies the picture itself, above it noise. */
const RADIUS_MIN = 24;
const RADIUS_MAX = 124;
/** A peak is held against what surrounds it: every second frequency of 13 x 13, without the 5 x 5 in the middle that are the peak itself. */
const AROUND = 6;
const PEAK = 2;
/** JPEG's own grid of 8 x 8 pixels shows on the axes at multiples of 256 / 8. */
const JPEG_GRID = MOIRE_SIDE / 8;
const NEAR = 2;

export interface Moire {
  /** Height of the sharpest peak above its surroundings, natural logarithm of power. Null: the picture is smaller than one square. */
  readonly peak: number | null;
  /** Squares looked at. */
  readonly squares: number;
}

/**
 * How sharply one frequency stands out in the finest structures of the picture, as the pixels of a filmed screen do. So do fences,
 * façades and woven cloth: a hint, never a proof. Squares at one, two and three quarters of the picture; the highest counts.
 */
export async function moire(picture: Picture): Promise<Moire> {
  const { width, height } = picture;
  if (width < MOIRE_SIDE || height < MOIRE_SIDE) return { peak: null, squares: 0 };
  const grey = await sharpOf(picture).greyscale().toColourspace('b-w').raw().toBuffer();
  const corners = new Set(
    [1, 2, 3].map((quarter) => {
      const start = (length: number): number => Math.round(((length - MOIRE_SIDE) * quarter) / 4);
      return start(height) * width + start(width);
    }),
  );
  const peaks = [...corners].map((corner) => peakOf(logPowerSpectrum(windowed(grey, corner, width), MOIRE_SIDE)));
  return { peak: Math.round(Math.max(...peaks) * 1e4) / 1e4, squares: peaks.length };
}

/** One square without its mean, faded out towards its edges (Hann), so that the edges themselves are no frequency. */
function windowed(grey: Buffer, corner: number, stride: number): Float64Array {
  const values = new Float64Array(MOIRE_SIDE * MOIRE_SIDE);
  let sum = 0;
  for (let y = 0; y < MOIRE_SIDE; y++)
    for (let x = 0; x < MOIRE_SIDE; x++) {
      const value = grey[corner + y * stride + x]!;
      values[y * MOIRE_SIDE + x] = value;
      sum += value;
    }
  const mean = sum / values.length;
  for (let y = 0; y < MOIRE_SIDE; y++)
    for (let x = 0; x < MOIRE_SIDE; x++) {
      const i = y * MOIRE_SIDE + x;
      values[i] = (values[i]! - mean) * HANN[x]! * HANN[y]!;
    }
  return values;
}

const HANN = Float64Array.from({ length: MOIRE_SIDE }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / MOIRE_SIDE));

function peakOf(spectrum: Float64Array): number {
  let best = 0;
  for (const [u, v] of FREQUENCIES) {
    const height = at(spectrum, u, v);
    // What surrounds a peak is never negative: a lower peak cannot stand out further.
    if (height > best) best = Math.max(best, height - surroundings(spectrum, u, v));
  }
  return best;
}

function surroundings(spectrum: Float64Array, u: number, v: number): number {
  let [sum, count] = [0, 0];
  for (let dv = -AROUND; dv <= AROUND; dv += 2)
    for (let du = -AROUND; du <= AROUND; du += 2) {
      if (Math.abs(du) <= PEAK && Math.abs(dv) <= PEAK) continue;
      sum += at(spectrum, u + du, v + dv);
      count++;
    }
  return sum / count;
}

/** Near an axis, and near a multiple of the grid's frequency along it. */
function onJpegGrid(u: number, v: number): boolean {
  const nearMultiple = (value: number): boolean => Math.abs(value - Math.round(value / JPEG_GRID) * JPEG_GRID) <= NEAR;
  return (Math.abs(u) <= NEAR && nearMultiple(v)) || (Math.abs(v) <= NEAR && nearMultiple(u));
}

/** The picture is real, so frequency (-u, -v) repeats (u, v): half the plane is enough. */
const FREQUENCIES: readonly (readonly [u: number, v: number])[] = range(0, RADIUS_MAX).flatMap((v) =>
  range(-RADIUS_MAX, RADIUS_MAX)
    .map((u) => [u, v] as const)
    .filter(([u]) => Math.hypot(u, v) >= RADIUS_MIN && Math.hypot(u, v) <= RADIUS_MAX && !onJpegGrid(u, v)),
);

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

const at = (spectrum: Float64Array, u: number, v: number): number =>
  spectrum[(v & (MOIRE_SIDE - 1)) * MOIRE_SIDE + (u & (MOIRE_SIDE - 1))]!;
