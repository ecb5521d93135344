import fc from 'fast-check';
import { enough, roundEndsAt, standing } from './sortition.rules.js';

const applied = (...by: string[]) =>
  by.map((contributor_id, n) => ({ id: `app_${n}` as never, contributor_id: contributor_id as never }));

describe('the applications of a round', () => {
  it('are drawn from once a cluster, by the first to apply', () => {
    const clusters = new Map([['a', 'one'], ['b', 'two'], ['c', 'one']]); // prettier-ignore
    expect(standing(applied('c', 'b', 'a'), clusters, []).map(({ id }) => id)).toEqual(['app_0', 'app_1']);
  });

  it('leave out whoever is one with a funder', () => {
    const clusters = new Map([['a', 'one'], ['b', 'two'], ['agt', 'two']]); // prettier-ignore
    expect(standing(applied('a', 'b'), clusters, ['agt']).map(({ id }) => id)).toEqual(['app_0']);
  });

  it('stand for each cluster without a funder exactly once, for any clusters', () => {
    const parties = fc.array(fc.nat(5), { maxLength: 20 });
    fc.assert(
      fc.property(parties, fc.array(fc.nat(5), { maxLength: 3 }), (of, paying) => {
        const names = of.map((_, n) => `ctr_${n}`);
        const funders = paying.map((_, n) => `agt_${n}`);
        const clusters = new Map([
          ...names.map((name, n) => [name, String(of[n])] as const),
          ...funders.map((name, n) => [name, String(paying[n])] as const),
        ]);
        const found = standing(applied(...names), clusters, funders).map((one) => clusters.get(one.contributor_id));
        expect(new Set(found).size).toBe(found.length);
        expect(found.toSorted()).toEqual(
          [...new Set(of)]
            .filter((each) => !paying.includes(each))
            .map(String)
            .sort(),
        );
      }),
    );
  });

  it('are taken for the time of a round, and never beyond half of what is left of the window', () => {
    expect(roundEndsAt(1_000, 1_000_000, 60)).toBe(61_000);
    expect(roundEndsAt(1_000, 101_000, 60)).toBe(51_000);
    expect(roundEndsAt(1_000, 1_001, 60)).toBe(1_001);
  });

  it('close their round at so many for each free slot, and never at more than one draw can take', () => {
    expect([enough(1, 50), enough(3, 50), enough(1_000, 50)]).toEqual([50, 150, 2_000]);
  });
});
