import fc from 'fast-check';
import type { Fact } from '@groundtruth/sdk/protocol';
import { agreeingOf, type Said } from './agreeing.js';
import type { Statement } from './statement.js';

const boat: Fact = { object: { label: 'boat', count: 1, score: 0.9 } };
const reading = (value: number): Fact => ({
  reading: { quantity_kind: 'temperature', unit: 'Cel', value, at: 1, samples: 3 },
});
const said = (by: string, chain_id: string, fact: Fact = boat): Said => ({ by, chain_id, statement: { facts: [fact] } as unknown as Statement }); // prettier-ignore

describe('captures that were paid', () => {
  it('agree as many as independent ones say the same, and the others differ', () => {
    expect(agreeingOf([])).toEqual({ agreeing: 0, differing: 0 });
    expect(agreeingOf([said('a', '1')])).toEqual({ agreeing: 1, differing: 0 });
    expect(agreeingOf([said('a', '1'), said('b', '2'), said('c', '2')])).toEqual({ agreeing: 2, differing: 1 });
  });

  it('count once for all whom one cluster brings', () => {
    expect(agreeingOf([said('a', '1'), said('a', '1'), said('a', '2')])).toEqual({ agreeing: 1, differing: 0 });
  });

  it('never agree or differ more often than there are clusters', () => {
    const one = fc
      .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'))
      .map(([by, chain]) => said(by, chain));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (all) => {
        const { agreeing, differing } = agreeingOf(all);
        expect(agreeing + differing).toBe(new Set(all.map(({ by }) => by)).size);
      }),
    );
  });
});

describe('readings that were paid', () => {
  it('agree only near the median of all', () => {
    const all = [said('a', '1', reading(30)), said('b', '1', reading(30.1))];
    expect(agreeingOf(all)).toEqual({ agreeing: 2, differing: 0 });
    const others = [said('c', '2', reading(20)), said('d', '3', reading(22)), said('e', '4', reading(18))];
    expect(agreeingOf([...all, ...others])).toMatchObject({ agreeing: 1 });
  });

  it('are not swayed by fewer than half that say something else, however far off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (right, wrong) => {
        fc.pre(Math.abs(wrong - 20) > 5);
        const honest = Array.from({ length: right }, (_, n) => said(`honest ${n}`, 'right', reading(20 + n / 20)));
        const liars = Array.from({ length: right - 1 }, (_, n) => said(`liar ${n}`, 'wrong', reading(wrong)));
        expect(agreeingOf([...liars, ...honest])).toEqual({ agreeing: right, differing: liars.length });
      }),
    );
  });
});
