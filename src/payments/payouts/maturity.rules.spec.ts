import fc from 'fast-check';
import { seconds } from '../../kernel/clock.js';
import { maturesAt, windowOf, type Lot, type Maturity } from './maturity.rules.js';

const DAY_S = 86_400;
const MATURITY: Maturity = { known_s: 7 * DAY_S, new_s: 14 * DAY_S, new_for_s: 30 * DAY_S };
const day = (n: number): number => seconds(n * DAY_S);
const lot = (charged: number, credited = charged): Lot => ({ charged_at: day(charged), credited_at: day(credited) });

describe('when card money may leave', () => {
  it('is 14 days after the charge for a new requester, and 7 from the day it is not new', () => {
    expect(maturesAt([lot(0)], day(1), MATURITY)).toBe(day(14));
    expect(maturesAt([lot(0), lot(29.99)], day(40), MATURITY)).toBe(day(43.99));
    expect(maturesAt([lot(0), lot(30)], day(40), MATURITY)).toBe(day(37));
  });

  it('goes by the youngest money the requester had when it spent', () => {
    expect(maturesAt([lot(0), lot(50), lot(60)], day(55), MATURITY)).toBe(day(57));
    expect(maturesAt([lot(0), lot(50), lot(60)], day(60), MATURITY)).toBe(day(67));
  });

  it('does not count a charge whose money came only later', () => {
    expect(maturesAt([lot(0), lot(50, 52)], day(51), MATURITY)).toBe(day(14));
    expect(maturesAt([lot(0), lot(50, 52)], day(52), MATURITY)).toBe(day(57));
  });

  it('takes spending that no charge explains for spending of somebody new', () => {
    expect(maturesAt([], day(3), MATURITY)).toBe(day(17));
    expect(maturesAt([lot(5)], day(3), MATURITY)).toBe(day(17));
  });

  it('takes money that came from others for money of somebody new', () => {
    const share: Lot = { ...lot(60), from_others: true };
    expect(maturesAt([lot(0), lot(61), share], day(60), MATURITY)).toBe(day(74));
    expect(maturesAt([share], day(60), MATURITY)).toBe(day(74));
    expect(maturesAt([lot(0), share], day(59), MATURITY)).toBe(day(14));
  });

  it('is never earlier than by first in, first out, nor by any other way to say which charge paid', () => {
    const minutes = fc.integer({ min: 0, max: 90 * 1_440 }).map((n) => n * 60_000);
    const funded = fc.record({
      charged_at: minutes,
      late: fc.integer({ min: 0, max: 3 * 86_400_000 }),
      cents: fc.nat(5_000),
    });
    let compared = 0;
    fc.assert(
      fc.property(
        fc.array(funded, { minLength: 1, maxLength: 8 }),
        minutes,
        fc.nat(40_000),
        (rows, spent_at, spent) => {
          const lots = rows
            .map(({ charged_at, late, cents }) => ({ charged_at, credited_at: charged_at + late, cents }))
            .sort((a, b) => a.credited_at - b.credited_at);
          const first = Math.min(...lots.map(({ charged_at }) => charged_at));
          const matures = maturesAt(lots, spent_at, MATURITY);
          let left = spent;
          for (const one of lots.filter(({ credited_at }) => credited_at <= spent_at)) {
            const by_this_one = one.charged_at + seconds(windowOf(one, first, MATURITY));
            expect(matures).toBeGreaterThanOrEqual(by_this_one); // Whichever paid; first in, first out among them.
            if ((left -= one.cents) < 0) break;
            compared++;
          }
          expect(matures).toBeLessThanOrEqual(spent_at + seconds(MATURITY.new_s));
        },
      ),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(100);
  });
});
