/** Iterations of the continued fraction; below 200 for the counts that occur, and a limit on what hostile ones may cost. */
const FRACTION_STEPS_MAX = 500;
const FRACTION_PRECISION = 1e-14;
/** Keeps the continued fraction from dividing by zero (Lentz). */
const TINY = 1e-300;
/** Halvings of [0, 1]: 2^-60 is below the spacing of doubles near 1. */
const BISECTIONS = 60;
/** Lanczos coefficients of the gamma function for g = 7, n = 9 (P. Godfrey). */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/**
 * The value below which a Beta(a, b) variable lies with probability `p`; `a`, `b` at least 0.5, `p` from 0 to 1. By bisection: slower than Newton,
 * and never outside the interval.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (incompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The regularised incomplete beta function I_x(a, b): the probability that a Beta(a, b) variable is at most `x`. Continued fraction DLMF
 * 8.17.22, evaluated by the modified method of Lentz (Press et al., Numerical Recipes, 3rd edition, §6.4).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b));
  // The fraction converges fast on one side of the mean only; the other side follows by symmetry.
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(1 - x, b, a)) / b;
}

function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= FRACTION_STEPS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < FRACTION_PRECISION) break;
  }
  return value;
}

const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** ln Γ(x) for x of at least 0.5, by Lanczos; relative error below 1e-13. */
function logGamma(x: number): number {
  const y = x - 1;
  const [first, ...rest] = LANCZOS as [number, ...number[]];
  const sum = rest.reduce((total, coefficient, index) => total + coefficient / (y + index + 1), first);
  const t = y + LANCZOS.length - 1.5;
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}
