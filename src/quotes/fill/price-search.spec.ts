import fc from 'fast-check';
import { leastPrice } from './price-search.js';
import { usualPrice } from './usual.js';

describe('the least price that reaches a probability', () => {
  const steps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 40, maxLength: 40 });

  it('is what trying every price finds', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: 0, max: 1, noNaN: true }), (shares, wanted) => {
        const rising = [...shares].sort((a, b) => a - b);
        const probabilityAt = (price: bigint) => rising[Number(price / 10n)]!;
        const found = leastPrice({ from: 25n, to: 399n, unit: 10n }, wanted, probabilityAt);
        const tried = Array.from({ length: 37 }, (_, n) => BigInt(10 * (n + 3))).find(
          (price) => probabilityAt(price) >= wanted,
        );
        expect(found).toBe(tried ?? null);
      }),
    );
  });

  it('is none when the ceiling is below the range', () => {
    expect(leastPrice({ from: 100n, to: 0n, unit: 10n }, 0.1, () => 1)).toBeNull();
  });
});

describe('the usual price of a place', () => {
  it('is nothing without fills, that of everywhere where none was, and drawn towards it by few', () => {
    expect(usualPrice([], [])).toBeNull();
    expect(usualPrice([], [1_000_000n, 4_000_000n, 16_000_000n])).toBe(4_000_000n);
    const few = usualPrice([16_000_000n], [4_000_000n, 4_000_000n])!;
    const many = usualPrice(Array<bigint>(100).fill(16_000_000n), [4_000_000n, 4_000_000n])!;
    expect(few).toBeGreaterThan(4_000_000n);
    expect(few).toBeLessThan(many);
    expect(many).toBeGreaterThan(15_000_000n);
  });
});
