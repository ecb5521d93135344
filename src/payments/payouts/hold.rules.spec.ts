import fc from 'fast-check';
import { heldUntil, type Hold } from './hold.rules.js';

const hold = (from: number, until: number | null = null): Hold => ({ from, until });

describe('money of a requester whose cards are in doubt', () => {
  it('that was not free when the hold began stays until it ends, and then until it is old enough', () => {
    expect(heldUntil(14, [hold(3)])).toBe(Infinity);
    expect(heldUntil(14, [hold(14)])).toBe(Infinity);
    expect(heldUntil(14, [hold(3, 20)])).toBe(20);
    expect(heldUntil(14, [hold(3, 10)])).toBe(14);
  });

  it('that was free before is not called back', () => {
    expect(heldUntil(14, [hold(15)])).toBe(14);
  });

  it('is kept on by a hold that begins before the last one has ended, in whatever order they are told', () => {
    expect(heldUntil(14, [hold(19), hold(3, 20)])).toBe(Infinity);
    expect(heldUntil(14, [hold(21), hold(3, 20)])).toBe(20);
  });

  it('is never freed earlier by one more hold', () => {
    const instant = fc.integer({ min: 0, max: 100 });
    const one = fc.record({ from: instant, until: fc.option(instant) });
    fc.assert(
      fc.property(instant, fc.array(one, { maxLength: 5 }), one, (free_at, holds, more) => {
        const before = heldUntil(free_at, holds);
        expect(before).toBeGreaterThanOrEqual(free_at);
        expect(heldUntil(free_at, [...holds, more])).toBeGreaterThanOrEqual(before);
      }),
    );
  });
});
