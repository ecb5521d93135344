import fc from 'fast-check';
import { betaQuantile, incompleteBeta } from './beta.js';

describe('the regularised incomplete beta function', () => {
  // Closed forms: I_x(a, 1) = x^a, I_x(1, b) = 1 - (1 - x)^b, I_x(1/2, 1/2) = 2/π asin √x; the last two by binomial sums.
  it.each([
    [0.3, 1, 1, 0.3],
    [0.7, 5, 1, 0.7 ** 5],
    [0.1, 1, 9, 1 - 0.9 ** 9],
    [0.25, 0.5, 0.5, (2 / Math.PI) * Math.asin(0.5)],
    [0.5, 2, 3, 0.6875],
    [0.2, 3, 4, 0.09888],
  ])('at %d with a=%d, b=%d is %d', (x, a, b, expected) => {
    expect(incompleteBeta(x, a, b)).toBeCloseTo(expected, 12);
  });

  it('is a binomial tail for whole a and b', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), share(), (a, b, x) => {
        expect(incompleteBeta(x, a, b)).toBeCloseTo(binomialTail(a, a + b - 1, x), 9);
      }),
    );
  });

  it('is one minus itself from the other end', () => {
    fc.assert(
      fc.property(count(), count(), share(), (a, b, x) => {
        expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('the beta quantile', () => {
  // Of R: qbeta(0.05, 2, 1) = √0.05, qbeta(0.05, 1, 1) = 0.05, qbeta(0.95, 1, 4) = 1 - 0.05^(1/4), qbeta(0.5, 3, 3) = 0.5.
  it.each([
    [0.05, 1, 1, 0.05],
    [0.05, 2, 1, Math.sqrt(0.05)],
    [0.05, 14, 1, 0.05 ** (1 / 14)],
    [0.95, 1, 4, 1 - 0.05 ** 0.25],
    [0.5, 3, 3, 0.5],
  ])('of %d with a=%d, b=%d is %d', (p, a, b, expected) => expect(betaQuantile(p, a, b)).toBeCloseTo(expected, 12));

  it('undoes the distribution', () => {
    fc.assert(
      fc.property(count(), count(), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, p) => {
        expect(incompleteBeta(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 8);
      }),
    );
  });
});

const share = () => fc.double({ min: 0.001, max: 0.999, noNaN: true });
const count = () => fc.double({ min: 1, max: 2_000, noNaN: true });

/** P(X ≥ a) of n draws at x, summed up. */
function binomialTail(a: number, n: number, x: number): number {
  let sum = 0;
  let term = (1 - x) ** n;
  for (let k = 0; k <= n; k++) {
    if (k >= a) sum += term;
    term *= ((n - k) / (k + 1)) * (x / (1 - x));
  }
  return sum;
}
