import fc from 'fast-check';
import { slotFee } from './settlement.rules.js';

describe('the fee of a settled slot', () => {
  it('is never more than was held, and the whole of it for the whole price', () => {
    const micros = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(micros, micros, fc.bigInt({ min: 0n, max: 10_000n }), (price, fee, share) => {
        const pay = (price * share) / 10_000n;
        expect(slotFee(fee, price, pay)).toBeLessThanOrEqual(fee);
        expect(slotFee(fee, price, price)).toBe(fee);
        expect(slotFee(fee, price, 0n)).toBe(0n);
      }),
    );
  });
});
