import fc from 'fast-check';
import type { Estimate } from '@groundtruth/sdk/protocol';
import { estimateOf, levelOf, PAIR_WEIGHT_MAX, suffices, type Seen } from './reputation.rules.js';

const HALF_LIFE = 1_000;
const NOW = 100_000;
const of = (seen: readonly Seen[], now = NOW) => estimateOf('contributor.acceptance', seen, now, HALF_LIFE);
const one = (kind: string, change: Partial<Seen> = {}): Seen => ({
  kind,
  at: NOW,
  counterpart: 'agt_1',
  linked: false,
  ...change,
});
/** Each with another requester, so that no bound is met. */
const many = (kind: string, n: number): Seen[] =>
  Array.from({ length: n }, (_, i) => one(kind, { counterpart: `agt_${i}` }));

describe('a reputation of nobody in particular', () => {
  it('is the prior: a half, as wide as can be, of no samples', () => {
    expect(of([])).toEqual({ mean: 0.5, lower: 0.05, upper: 0.95, effective_samples: 0 });
  });

  it('does not change by what silence decided, which has no kind, nor by outcomes of another measure', () => {
    expect(of([one('silence'), one('lapsed')])).toEqual(of([]));
  });
});

describe('what an outcome weighs', () => {
  const meanAfter = (kind: string): number => of([...many('accepted', 4), one(kind, { counterpart: 'agt_9' })]).mean;

  it('is most for a forgery, less for carelessness, least for what a detector missed', () => {
    const [forged, careless, content] = ['rejected_forged', 'rejected_careless', 'rejected_content'].map(meanAfter);
    expect(forged).toBeLessThan(careless!);
    expect(careless).toBeLessThan(content!);
    expect(content).toBeLessThan(of(many('accepted', 4)).mean);
  });

  it('is half after one half-life', () => {
    expect(of([one('accepted', { at: NOW - HALF_LIFE })]).effective_samples).toBe(0.5);
    expect(of([one('accepted', { at: NOW - 3 * HALF_LIFE })]).effective_samples).toBe(0.125);
  });
});

describe('what somebody else can give', () => {
  it('is nothing when it is linked; what is bad stays', () => {
    expect(of([one('accepted', { linked: true })])).toEqual(of([]));
    expect(of([one('rejected_forged', { linked: true })]).mean).toBeLessThan(0.5);
  });

  it('is bounded, however often', () => {
    const times = (n: number) => of(Array.from({ length: n }, () => one('accepted')));
    expect(times(PAIR_WEIGHT_MAX).effective_samples).toBe(PAIR_WEIGHT_MAX);
    expect(times(500)).toEqual(times(PAIR_WEIGHT_MAX));
  });

  it('keeps the rate that it had', () => {
    const mixed = [...Array.from({ length: 30 }, () => one('accepted')), ...Array.from({ length: 10 }, () => one('overturned'))]; // prettier-ignore
    expect(of(mixed)).toMatchObject({ effective_samples: PAIR_WEIGHT_MAX, mean: Number((4.75 / 7).toFixed(4)) });
  });
});

describe('levels', () => {
  const level = (accepted: number): string => {
    const sure = of(many('accepted', 200));
    return levelOf(of(many('accepted', accepted)), sure);
  };

  it('are reached by the lower end alone: proven by the fourth, trusted by the thirteenth', () => {
    expect([0, 3, 4, 12, 13].map(level)).toEqual(['new', 'new', 'proven', 'proven', 'trusted']);
  });

  it('ask for acceptance and timeliness both', () => {
    const [high, low] = [of(many('accepted', 50)), of([])];
    expect([levelOf(high, low), levelOf(low, high), levelOf(high, high)]).toEqual(['new', 'new', 'trusted']);
  });

  it('suffice for themselves and what is below', () => {
    expect(suffices('proven', 'proven')).toBe(true);
    expect(suffices('trusted', 'new')).toBe(true);
    expect(suffices('new', 'proven')).toBe(false);
  });

  it('cannot be had from two requesters, who can be friends', () => {
    const friends = Array.from({ length: 400 }, (_, i) => one('accepted', { counterpart: `agt_${i % 2}` }));
    expect(levelOf(of(friends), of(many('accepted', 50)))).toBe('proven');
  });
});

describe('a reputation, for any outcomes', () => {
  const seen = fc.array(
    fc.record({
      kind: fc.constantFrom('accepted', 'overturned', 'rejected_forged', 'rejected_content', 'kept'),
      at: fc.integer({ min: 0, max: NOW }),
      counterpart: fc.constantFrom('a', 'b', 'c', null),
      linked: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  const near = (a: Estimate, b: Estimate): void => {
    for (const key of ['mean', 'lower', 'upper', 'effective_samples'] as const) expect(a[key]).toBeCloseTo(b[key], 3);
  };

  it('does not depend on their order', () => {
    const anyOrder = fc.property(seen, fc.infiniteStream(fc.nat()), (list, dice) =>
      near(of(list), of(shuffled(list, dice))),
    );
    fc.assert(anyOrder, { numRuns: 40 });
  });

  it('lies inside its interval', () => {
    fc.assert(
      fc.property(seen, (list) => {
        const { lower, mean, upper } = of(list);
        expect(lower).toBeLessThanOrEqual(mean);
        expect(mean).toBeLessThanOrEqual(upper);
      }),
    );
  });

  it('never rises by a failure and never falls by a success', () => {
    fc.assert(
      fc.property(seen, fc.constantFrom('a', 'd'), (list, counterpart) => {
        expect(of([...list, one('accepted', { counterpart })]).mean).toBeGreaterThanOrEqual(of(list).mean);
        expect(of([...list, one('overturned', { counterpart })]).mean).toBeLessThanOrEqual(of(list).mean);
      }),
      { numRuns: 40 },
    );
  });

  it('goes back to the prior with time', () => {
    fc.assert(fc.property(seen, (list) => near(of(list, NOW + 30 * HALF_LIFE), of([]))));
  });

  it('never weighs more than its counterparts may give', () => {
    fc.assert(
      fc.property(seen, (list) => {
        const named = list.filter(({ counterpart }) => counterpart !== null);
        expect(of(named).effective_samples).toBeLessThanOrEqual(3 * PAIR_WEIGHT_MAX + 1e-4);
      }),
    );
  });
});

function shuffled<T>(list: readonly T[], dice: Iterator<number>): T[] {
  const rest = [...list];
  return list.map(() => rest.splice(dice.next().value! % rest.length, 1)[0]!);
}
