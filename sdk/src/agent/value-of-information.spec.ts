import fc from 'fast-check';
import { beliefsAfter } from './captures-as-evidence.js';
import { valueOfInformation, type InformationQuestion } from './value-of-information.js';

const question = (parts: Partial<InformationQuestion> = {}): InformationQuestion => ({
  market_price: 0.5,
  prior: 0.5,
  stake_limit: '100.000000',
  false_accept: 0.1,
  false_reject: 0.1,
  ...parts,
});

const inside = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyRisk = fc.constantFrom<InformationQuestion['risk']>(
  { rule: 'neutral' },
  { rule: 'kelly', bankroll: '500.000000' },
);
/** Captures that tell at least as much as a coin, as any published rate must. */
const anyQuestion = fc
  .record({
    market_price: inside(0.02, 0.98),
    prior: inside(0, 1),
    false_accept: inside(0, 0.5),
    false_reject: inside(0, 0.5),
    market_fee: inside(0, 0.1),
    shared_error: inside(0, 1),
    risk: anyRisk,
  })
  .map((parts) => question({ ...parts, captures_max: 4 }));
const worths = (asked: InformationQuestion): number[] =>
  valueOfInformation(asked).with_captures.map(({ value }) => Number(value));
/** What rounding to the micro and the last bits of a float leave open, in units of the currency. */
const NEARLY = 5e-6;

describe('the value of information', () => {
  it('is the published example: even odds, one capture that is right nine times in ten', () => {
    // Without it no bet pays; with it the stake wins 80 % of itself: 0.9 · 100 − 0.1 · 100.
    const { without, with_captures, perfect } = valueOfInformation(
      question({ captures_max: 1, capture_fee_bps: 1_000 }),
    );
    expect(without).toEqual({ side: 'none', stake: '0.000000', expected_profit: '0.000000' });
    expect(Number(with_captures[0]!.value)).toBeCloseTo(80, 4);
    expect(Number(with_captures[0]!.highest_bid)).toBeCloseTo(80 / 1.1, 4);
    expect(Number(perfect)).toBeCloseTo(100, 4);
  });

  it('stakes as Kelly does: the edge over the odds', () => {
    const risk = { rule: 'kelly', bankroll: '1000.000000' } as const;
    // 60 % at even odds: 20 % of the bankroll.
    const { without } = valueOfInformation(question({ prior: 0.6, stake_limit: '500.000000', risk }));
    expect(without.side).toBe('yes');
    expect(Number(without.stake)).toBeCloseTo(200, 4);
  });

  it('is never negative, and never more than that of knowing for certain', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const perfect = Number(valueOfInformation(asked).perfect);
        for (const worth of worths(asked)) {
          expect(worth).toBeGreaterThanOrEqual(0);
          expect(worth).toBeLessThanOrEqual(perfect + NEARLY);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does not fall when another capture is added that errs by itself', () => {
    fc.assert(
      fc.property(anyQuestion, (asked) => {
        const values = worths({ ...asked, shared_error: 0 });
        values.slice(1).forEach((value, n) => expect(value).toBeGreaterThanOrEqual(values[n]! - NEARLY));
      }),
      { numRuns: 100 },
    );
  });

  it('does not fall when captures err less', () => {
    fc.assert(
      fc.property(anyQuestion, inside(0, 1), inside(0, 1), (asked, fewerAccepts, fewerRejects) => {
        const base = { ...asked, shared_error: 0 };
        const better = worths({
          ...base,
          false_accept: base.false_accept * fewerAccepts,
          false_reject: base.false_reject * fewerRejects,
        });
        worths(base).forEach((value, n) => expect(better[n]).toBeGreaterThanOrEqual(value - NEARLY));
      }),
      { numRuns: 100 },
    );
  });

  it('is nothing when no answer would change what is done', () => {
    const sure = valueOfInformation(question({ prior: 0.99, market_price: 0.3, captures_max: 1 }));
    expect(sure.without.side).toBe('yes');
    expect(sure.with_captures[0]!.value).toBe('0.000000');
    const coin = valueOfInformation(question({ prior: 0.7, false_accept: 0.5, false_reject: 0.5 }));
    for (const { value } of coin.with_captures) expect(Number(value)).toBeLessThan(NEARLY);
  });

  it('is that of one capture, however many there are, when all are copies of one', () => {
    const [one, ...more] = worths(question({ prior: 0.55, shared_error: 1 }));
    for (const value of more) expect(value).toBeCloseTo(one!, 5);
  });

  it('names the number of captures that leaves most, none when they cost too much, and nothing without a cost', () => {
    const asked = question({ prior: 0.6, market_price: 0.55, captures_max: 12 });
    const { with_captures, best_captures } = valueOfInformation({ ...asked, cost_each: '3.000000' });
    const left = with_captures.map(({ captures, value }) => Number(value) - 3 * captures);
    expect(best_captures).toBe(left.indexOf(Math.max(...left)) + 1);
    expect(valueOfInformation({ ...asked, cost_each: '90.000000' }).best_captures).toBe(0);
    expect(valueOfInformation(asked).best_captures).toBeNull();
  });

  it('refuses what is out of range by its name', () => {
    expect(() => valueOfInformation(question({ market_price: 1 }))).toThrow(/market_price/);
    expect(() => valueOfInformation(question({ prior: -0.1 }))).toThrow(/prior/);
    expect(() => valueOfInformation(question({ false_accept: Number.NaN }))).toThrow(/false_accept/);
    expect(() => valueOfInformation(question({ captures_max: 51 }))).toThrow(/captures_max/);
    expect(() => valueOfInformation(question({ stake_limit: '1e3' }))).toThrow(/stake_limit/);
  });
});

describe('beliefs after captures', () => {
  it('have weights that sum to one, and average to what was believed before', () => {
    const rate = inside(0, 1);
    fc.assert(
      fc.property(rate, rate, rate, rate, fc.integer({ min: 1, max: 50 }), (prior, yes, no, shared_error, count) => {
        const beliefs = beliefsAfter(prior, count, { positive_if_yes: yes, positive_if_no: no, shared_error });
        const sum = (of: (belief: (typeof beliefs)[number]) => number) =>
          beliefs.reduce((all, one) => all + of(one), 0);
        expect(sum(({ weight }) => weight)).toBeCloseTo(1, 9);
        expect(sum(({ weight, probability }) => weight * probability)).toBeCloseTo(prior, 9);
      }),
      { numRuns: 200 },
    );
  });
});
