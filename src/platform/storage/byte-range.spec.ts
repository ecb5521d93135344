import { byteRangeOf } from './byte-range.js';

describe('a Range header on ten bytes', () => {
  it.each([
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes=9-', { first: 9, last: 9 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=3-5', { first: 3, last: 5 }],
    ['bytes=3-99', { first: 3, last: 9 }],
    ['bytes=-1', { first: 9, last: 9 }],
    ['bytes=-99', { first: 0, last: 9 }],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-3', 'whole'],
    ['bytes=-', 'whole'],
    ['bytes=0-1,3-4', 'whole'],
    ['bytes=99999999999999999999-', 'whole'],
    ['lines=0-1', 'whole'],
    [undefined, 'whole'],
  ] as const)('%s means %j', (header, range) => {
    expect(byteRangeOf(header, 10)).toEqual(range);
  });

  it('asks in vain for the end of nothing', () => {
    expect([byteRangeOf('bytes=-1', 0), byteRangeOf('bytes=0-', 0), byteRangeOf(undefined, 0)]).toEqual([
      'unsatisfiable',
      'unsatisfiable',
      'whole',
    ]);
  });
});
