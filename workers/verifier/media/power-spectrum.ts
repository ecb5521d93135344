import { assert } from '../../../src/kernel/assert.js';

/**
 * Natural logarithm of 1 + power for every frequency of a square of real values, by a two-dimensional Fourier transform. Frequency (u, v) lies at
 * index `v * side + u`, both 0 to side - 1, negative ones wrapped around: -1 is `side - 1`.
 * @param values row by row, `side` x `side`; `side` is a power of two.
 */
export function logPowerSpectrum(values: Float64Array, side: number): Float64Array {
  assert(values.length === side * side && (side & (side - 1)) === 0, 'the square has a power of two a side');
  const plan = planOf(side);
  const real = Float64Array.from(values);
  const imaginary = new Float64Array(values.length);
  for (let row = 0; row < side; row++) transform(real, imaginary, row * side, plan);
  turn(real, side);
  turn(imaginary, side);
  for (let column = 0; column < side; column++) transform(real, imaginary, column * side, plan);
  turn(real, side);
  turn(imaginary, side);
  return real.map((value, i) => Math.log(1 + value * value + (imaginary[i] ?? 0) ** 2));
}

interface Plan {
  readonly side: number;
  /** Where each element goes before the first step: its index with the bits in reverse. */
  readonly reversed: Uint16Array;
  readonly cosines: Float64Array;
  readonly sines: Float64Array;
}

function planOf(side: number): Plan {
  const bits = Math.log2(side);
  const reversed = Uint16Array.from({ length: side }, (_, index) => {
    let result = 0;
    for (let bit = 0; bit < bits; bit++) result |= ((index >> bit) & 1) << (bits - 1 - bit);
    return result;
  });
  const angle = (index: number): number => (-2 * Math.PI * index) / side;
  return {
    side,
    reversed,
    cosines: Float64Array.from({ length: side / 2 }, (_, index) => Math.cos(angle(index))),
    sines: Float64Array.from({ length: side / 2 }, (_, index) => Math.sin(angle(index))),
  };
}

/** One line of `side` values in place: radix two, decimation in time. Plain loops: this runs 1,536 times a photo. */
function transform(real: Float64Array, imaginary: Float64Array, start: number, plan: Plan): void {
  const { side, reversed, cosines, sines } = plan;
  for (let i = 0; i < side; i++) {
    const j = reversed[i]!;
    if (j > i) {
      swap(real, start + i, start + j);
      swap(imaginary, start + i, start + j);
    }
  }
  for (let half = 1; half < side; half *= 2) {
    const stride = side / (2 * half);
    for (let block = start; block < start + side; block += 2 * half)
      for (let k = 0; k < half; k++) {
        const [low, high] = [block + k, block + k + half];
        const cosine = cosines[k * stride]!;
        const sine = sines[k * stride]!;
        const turnedReal = real[high]! * cosine - imaginary[high]! * sine;
        const turnedImaginary = real[high]! * sine + imaginary[high]! * cosine;
        real[high] = real[low]! - turnedReal;
        imaginary[high] = imaginary[low]! - turnedImaginary;
        real[low] = real[low]! + turnedReal;
        imaginary[low] = imaginary[low]! + turnedImaginary;
      }
  }
}

/** Rows become columns, in place. */
function turn(values: Float64Array, side: number): void {
  for (let row = 0; row < side; row++)
    for (let column = row + 1; column < side; column++) swap(values, row * side + column, column * side + row);
}

function swap(values: Float64Array, a: number, b: number): void {
  const kept = values[a]!;
  values[a] = values[b]!;
  values[b] = kept;
}
