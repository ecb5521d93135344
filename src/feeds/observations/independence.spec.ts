import { independentGroups } from './independence.js';

const by = (cluster: string, n: number) => ({ by: cluster, n });

describe('independence of captures', () => {
  it('counts each cluster once, whoever of it brought them, in order', () => {
    const groups = independentGroups([by('a', 1), by('b', 2), by('a', 3), by('c', 4), by('b', 5)]);
    expect(groups.map((group) => group.map(({ n }) => n))).toEqual([[1, 3], [2, 5], [4]]);
  });

  it('is nothing of nothing', () => expect(independentGroups([])).toEqual([]));
});
