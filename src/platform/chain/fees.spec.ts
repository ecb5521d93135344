import fc from 'fast-check';
import { firstFees, raisedFees } from './fees.js';

const wei = fc.bigInt(0n, 10n ** 13n);

describe('fees', () => {
  it('offer twice the base fee and the tip, or the cap when that is less', () => {
    expect(firstFees({ base_fee: 100n, tip: 7n }, 1_000n)).toEqual({ max_fee: 207n, max_priority_fee: 7n });
    expect(firstFees({ base_fee: 100n, tip: 7n }, 150n)).toEqual({ max_fee: 150n, max_priority_fee: 7n });
    expect(firstFees({ base_fee: 100n, tip: 7n }, 107n)).toEqual({ max_fee: 107n, max_priority_fee: 7n });
    expect(firstFees({ base_fee: 100n, tip: 7n }, 106n)).toBeNull();
  });

  it('of a replacement are both raised by 12.5 % at least, cover the base fee, and stay below the cap', () => {
    fc.assert(
      fc.property(wei, wei, wei, wei, wei, (a, b, base_fee, tip, cap) => {
        const previous = { max_fee: a + b, max_priority_fee: b };
        const raised = raisedFees(previous, { base_fee, tip }, cap);
        if (raised === null) return;
        expect(raised.max_fee * 1000n >= previous.max_fee * 1125n && raised.max_fee > previous.max_fee).toBe(true);
        expect(raised.max_priority_fee * 1000n >= previous.max_priority_fee * 1125n).toBe(true);
        expect(raised.max_priority_fee > previous.max_priority_fee).toBe(true);
        expect(raised.max_fee <= cap && raised.max_fee >= base_fee + raised.max_priority_fee).toBe(true);
      }),
    );
  });

  it('of a replacement are refused only when the smallest raise is above the cap', () => {
    const previous = { max_fee: 800n, max_priority_fee: 8n };
    expect(raisedFees(previous, { base_fee: 100n, tip: 1n }, 899n)).toBeNull();
    expect(raisedFees(previous, { base_fee: 100n, tip: 1n }, 900n)).toEqual({ max_fee: 900n, max_priority_fee: 9n });
    expect(raisedFees(previous, { base_fee: 2_000n, tip: 1n }, 2_009n)).toEqual({
      max_fee: 2_009n,
      max_priority_fee: 9n,
    });
    expect(raisedFees(previous, { base_fee: 2_000n, tip: 1n }, 2_008n)).toBeNull();
  });
});
