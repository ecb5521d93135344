import { pgArray, pgTextArray } from './pg-array.js';

describe('an array literal', () => {
  it('is null when every element is', () => {
    expect([pgArray([]), pgArray([null, null]), pgTextArray([null])]).toEqual([null, null, null]);
  });

  it('keeps nulls, quotes and backslashes apart from their lookalikes', () => {
    expect(pgArray([1n, null, -2])).toBe('{1,NULL,-2}');
    expect(pgTextArray(['NULL', null, '', 'a"b\\c', '{1,2}'])).toBe('{"NULL",NULL,"","a\\"b\\\\c","{1,2}"}');
  });
});
