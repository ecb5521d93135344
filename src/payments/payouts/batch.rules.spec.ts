import fc from 'fast-check';
import { batchDay, CENT, dueOf, matureOf, nextBatchAt } from './batch.rules.js';

const FIFTY = 50_000_000n;

describe('what a batch sends', () => {
  it('is what is mature, in whole cents, and never more than is there', () => {
    const micros = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(micros, micros, (available, maturing) => {
        const mature = matureOf({ available, maturing });
        expect(mature % CENT).toBe(0n);
        expect(mature >= 0n && mature <= available).toBe(true);
        if (available >= maturing) expect(available - maturing - mature < CENT).toBe(true);
        else expect(mature).toBe(0n);
      }),
    );
  });

  it('is nothing below the minimum, and everything from it on', () => {
    expect(dueOf({ available: FIFTY - 1n, maturing: 0n }, FIFTY)).toBeNull();
    expect(dueOf({ available: FIFTY, maturing: 1n }, FIFTY)).toBeNull();
    expect(dueOf({ available: FIFTY, maturing: 0n }, FIFTY)).toBe(FIFTY);
    expect(dueOf({ available: FIFTY + 19_999n, maturing: 0n }, FIFTY)).toBe(FIFTY + CENT);
  });

  it('goes once a day, from its hour on', () => {
    expect(batchDay(Date.parse('2026-11-21T05:59:59Z'), 6)).toBe('2026-11-20');
    expect(batchDay(Date.parse('2026-11-21T06:00:00Z'), 6)).toBe('2026-11-21');
    expect(nextBatchAt(Date.parse('2026-11-21T06:00:00Z'), 6)).toBe(Date.parse('2026-11-22T06:00:00Z'));
    expect(nextBatchAt(Date.parse('2026-11-21T05:59:59Z'), 6)).toBe(Date.parse('2026-11-21T06:00:00Z'));
  });
});
