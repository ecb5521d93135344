import fc from 'fast-check';
import { depthOf, type Standing } from './depth.rules.js';

const dollars = (amount: number): bigint => BigInt(Math.round(amount * 1_000_000));
const standing = (...asks: [cluster: string, dollars: number][]): Standing[] =>
  asks.map(([cluster, ask]) => ({ cluster, price_min: dollars(ask) }));

describe('the depth of the asks', () => {
  it('is not told below three independent contributors, however many offers they have', () => {
    expect(depthOf(standing(['a', 1], ['a', 2], ['b', 3], ['b', 4]))).toEqual([]);
    expect(depthOf(standing(['a', 4], ['b', 4], ['c', 4]))).toEqual([{ price_max: dollars(5), contributors_min: 3 }]);
  });

  it('counts linked contributors as one, at their lowest ask', () => {
    const asks = standing(['a', 1], ['a', 9], ['b', 1], ['c', 9]);
    expect(depthOf(asks)).toEqual([{ price_max: dollars(10), contributors_min: 3 }]);
  });

  it('steps up only for three more who ask between the two prices', () => {
    const five = standing(['a', 1], ['b', 1], ['c', 1], ['d', 1], ['e', 1]);
    expect(depthOf([...five, ...standing(['f', 4])])).toEqual([{ price_max: dollars(1), contributors_min: 3 }]);
    const steps = depthOf([...five, ...standing(['f', 4], ['g', 6], ['h', 7])]);
    expect(steps).toEqual([
      { price_max: dollars(1), contributors_min: 3 },
      { price_max: dollars(7), contributors_min: 6 },
    ]);
  });

  it('has steps that each rest on three asks of their own, never more than there are, for any offers', () => {
    const any = fc.array(
      fc.record({ cluster: fc.constantFrom(...'abcdefghijkl'), price_min: fc.bigInt(1n, dollars(60)) }),
    );
    fc.assert(
      fc.property(any, (asks) => {
        const steps = depthOf(asks);
        const lowest = [...new Set(asks.map(({ cluster }) => cluster))].map((cluster) =>
          asks
            .filter((ask) => ask.cluster === cluster)
            .reduce((least, ask) => (ask.price_min < least ? ask.price_min : least), dollars(99)),
        );
        steps.forEach(({ price_max, contributors_min }, n) => {
          const before = steps[n - 1];
          const between = lowest.filter((ask) => ask <= price_max && (!before || ask > before.price_max)).length;
          expect(between).toBeGreaterThanOrEqual(3);
          expect(contributors_min - (before?.contributors_min ?? 0)).toBeGreaterThanOrEqual(3);
          expect(contributors_min % 3).toBe(0);
          expect(contributors_min).toBeLessThanOrEqual(lowest.filter((ask) => ask <= price_max).length);
        });
      }),
    );
  });
});
