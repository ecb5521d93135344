/**
 * The probability that all of `slots` are filled when fills come at a total rate `expected` over the time looked at (the first slot's
 * expected count), and after k fills at (1 + k)^`momentum` times that rate. Rises with `expected`.
 *
 * The waiting time of the last fill is a sum of exponentials; it is taken as the gamma distribution of the same mean and variance, which is
 * exact for one slot and when `momentum` is 0.
 */
export function allFilled(expected: number, slots: number, momentum: number): number {
  let [mean, variance] = [0, 0];
  for (let k = 0; k < slots; k++) {
    const wait = (1 + k) ** -momentum;
    mean += wait;
    variance += wait ** 2;
  }
  return regularizedGamma(mean ** 2 / variance, (expected * mean) / variance);
}

const TERMS_MAX = 2_000;
const CLOSE_ENOUGH = 1e-12;

/** P(shape, x), the share of a gamma distribution below x: its series below the mean, Lentz's continued fraction above. */
function regularizedGamma(shape: number, x: number): number {
  if (x <= 0) return 0;
  const scale = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  return x < shape + 1 ? Math.min(1, scale * series(shape, x)) : Math.max(0, 1 - scale * fraction(shape, x));
}

function series(shape: number, x: number): number {
  let [term, sum] = [1 / shape, 1 / shape];
  for (let n = 1; n < TERMS_MAX && term > sum * CLOSE_ENOUGH; n++) sum += term *= x / (shape + n);
  return sum;
}

function fraction(shape: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - shape;
  let c = 1 / tiny;
  let d = 1 / b;
  let product = d;
  for (let n = 1; n < TERMS_MAX; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (Math.abs(a * d + b) < tiny ? tiny : a * d + b);
    c = Math.abs(b + a / c) < tiny ? tiny : b + a / c;
    product *= c * d;
    if (Math.abs(c * d - 1) < CLOSE_ENOUGH) break;
  }
  return product;
}

/** Stirling's series, after shifting the argument to where its error is below 1e-12. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 12; z++) shift -= Math.log(z);
  const inverse = 1 / (z * z);
  const tail = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / z;
  return shift + (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + tail;
}
