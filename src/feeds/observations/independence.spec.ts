import { independentGroups } from './independence.js';

const by = (id: string, ...traits: string[]) => ({ by: { id, traits } });
const ids = (groups: ReturnType<typeof by>[][]) => groups.map((group) => group.map((one) => one.by.id));

describe('independence of captures', () => {
  it('counts each party without a tie to another', () => {
    expect(ids(independentGroups([by('a', 'device:1'), by('b', 'wallet:2'), by('c')]))).toEqual([['a'], ['b'], ['c']]);
  });

  it.each(['device:k', 'wallet:0x1', 'address_block:n'])('counts parties that share %s as one', (trait) => {
    expect(independentGroups([by('a', trait), by('b', trait)])).toHaveLength(1);
  });

  it('counts two captures of one party as one', () => {
    expect(independentGroups([by('a'), by('a')])).toHaveLength(1);
  });

  it('joins groups by whoever is tied to both, in whatever order they come', () => {
    const [a, b, bridge, apart] = [by('a', 'device:1'), by('b', 'wallet:2'), by('c', 'device:1', 'wallet:2'), by('d')];
    for (const order of [
      [a, b, bridge, apart],
      [bridge, apart, a, b],
      [apart, b, bridge, a],
    ])
      // prettier-ignore
      expect(independentGroups(order!)).toHaveLength(2);
  });
});
