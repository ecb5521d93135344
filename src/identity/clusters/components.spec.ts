import fc from 'fast-check';
import { clustersOf, joinLarge } from './components.js';
import type { Tie } from './ties.js';

const tie = (party_id: string, trait: string): Tie => ({ party_id, trait });

describe('parties', () => {
  it('are one by a trait in common, by however many steps, and named by the least id', () => {
    const ties = [tie('c', 'device:1'), tie('b', 'device:1'), tie('b', 'wallet:2'), tie('a', 'wallet:2')];
    expect(clustersOf(['c', 'd'], ties)).toEqual(
      new Map([
        ['c', 'a'],
        ['d', 'd'],
      ]),
    );
  });

  it('are not one by values of different kinds', () => {
    const found = clustersOf(['a', 'b'], [tie('a', 'device:1'), tie('b', 'wallet:1')]);
    expect([found.get('a'), found.get('b')]).toEqual(['a', 'b']);
  });
});

describe('a walk that was cut short', () => {
  it('counts large clusters as one and leaves small ones apart', () => {
    const crowd = (name: string) => Array.from({ length: 1_000 }, (_, n) => [`${name}${n}`, name] as const);
    const clusters = new Map([...crowd('x'), ...crowd('y'), ['small', 'small'], ['other', 'other']]);
    const found = joinLarge(['x1', 'y2', 'small', 'other'], clusters);
    expect([...found.values()]).toEqual(['x', 'x', 'small', 'other']);
  });
});

describe('clusters, for any parties and ties', () => {
  const ids = fc.constantFrom(...'abcdefgh');
  const anyTie = fc.record({ party_id: ids, trait: fc.constantFrom('device:1', 'device:2', 'wallet:3', 'wallet:4') });
  const all = [...'abcdefgh'];

  it('are what walking from party to party finds', () => {
    fc.assert(
      fc.property(fc.array(anyTie, { maxLength: 20 }), (ties) => {
        const found = clustersOf(all, ties);
        for (const id of all) expect(found.get(id)).toBe(walk(id, ties));
      }),
    );
  });

  it('do not depend on the order of ties or parties, and never part by one more tie', () => {
    fc.assert(
      fc.property(fc.array(anyTie, { maxLength: 20 }), anyTie, (ties, more) => {
        const before = clustersOf(all, ties);
        expect(clustersOf([...all].reverse(), [...ties].reverse()).get('e')).toBe(before.get('e'));
        const after = clustersOf(all, [...ties, more]);
        for (const one of all)
          for (const other of all)
            if (before.get(one) === before.get(other)) expect(after.get(one)).toBe(after.get(other));
      }),
    );
  });
});

/** The least id that can be reached, by brute force. */
function walk(from: string, ties: readonly Tie[]): string {
  const reached = new Set([from]);
  for (let size = 0; size !== reached.size;) {
    size = reached.size;
    const traits = new Set(ties.filter(({ party_id }) => reached.has(party_id)).map(({ trait }) => trait));
    for (const { party_id, trait } of ties) if (traits.has(trait)) reached.add(party_id);
  }
  return [...reached].sort()[0]!;
}
