import type { LoggedLeaf } from '@groundtruth/sdk/feeds';
import { compared, type Expected } from './records.js';

const leaf = (index: number): LoggedLeaf => ({ index, type: 'verdict', id: `vrd_${index}`, commitment: `${index}` });
const LEAVES = new Map([0, 1, 2, 3, 4, 5].map((index) => [leaf(index).id, leaf(index)]));
const expected = (index: number): Expected => ({ ...leaf(index), pending: false });

describe('records compared with a whole log', () => {
  it('must be there for the leaves of which every record was asked for, and for no older or unsigned ones', () => {
    const records = { expected: [expected(0), expected(3)], complete: { from: 2, below: 5 } };
    expect(compared(records, LEAVES).map(({ id, what }) => [id, what])).toEqual([
      ['vrd_2', 'no_record'],
      ['vrd_4', 'no_record'],
    ]);
  });

  it('are only looked for themselves when the reader does not see all of them', () => {
    expect(compared({ expected: [expected(1)], complete: null }, LEAVES)).toEqual([]);
    const elsewhere = { ...expected(1), index: 4 };
    expect(compared({ expected: [elsewhere], complete: null }, LEAVES)).toMatchObject([{ what: 'another_index' }]);
  });
});
