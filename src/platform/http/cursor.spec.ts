import fc from 'fast-check';
import { DomainError } from '../../kernel/problem.js';
import { pageOf, readCursor } from './cursor.js';

describe('a page of a list', () => {
  it('says where to go on when there is one row more than it shows', () => {
    const page = pageOf(['a', 'b', 'c'], 2, (row) => row);
    expect([page.data, page.has_more]).toEqual([['a', 'b'], true]);
    expect(readCursor(page.next_cursor!)).toBe('b');
  });

  it('is the last when there is not', () => {
    expect(pageOf(['a', 'b'], 2, (row) => row)).toEqual({ data: ['a', 'b'], has_more: false, next_cursor: null });
    expect(pageOf([], 2, String)).toEqual({ data: [], has_more: false, next_cursor: null });
  });

  it('keeps any position a row can have', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30, unit: 'grapheme' }), (after) => {
        const { next_cursor } = pageOf(['x', 'y'], 1, () => after);
        expect(next_cursor).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(readCursor(next_cursor!)).toBe(after);
      }),
    );
  });

  it('visits every row once, whatever the size of the pages', () => {
    const sizes = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 10 }));
    fc.assert(
      fc.property(sizes, ([count, limit]) => {
        const rows = Array.from({ length: count }, (_, index) => String(index).padStart(4, '0'));
        const seen: string[] = [];
        let cursor: string | undefined;
        for (;;) {
          const after = readCursor(cursor);
          const page = pageOf(
            rows.filter((row) => after === null || row > after).slice(0, limit + 1),
            limit,
            (row) => row,
          );
          seen.push(...page.data);
          if (!page.has_more) break;
          cursor = page.next_cursor!;
        }
        expect(seen).toEqual(rows);
      }),
    );
  });

  it.each([
    ['text of a caller', 'abc'],
    ['something empty', ''],
    ['letters that are not base64url', 'e30='],
    ['another shape', Buffer.from('{"after":1}').toString('base64url')],
    ['more than a position', Buffer.from('{"after":"a","b":1}').toString('base64url')],
    ['bytes that are not UTF-8', Buffer.from([0xff]).toString('base64url')],
    ['too much', Buffer.from(`{"after":"${'a'.repeat(200)}"}`).toString('base64url')],
  ])('does not begin at %s', (_what, cursor) => {
    expect(() => readCursor(cursor)).toThrow(DomainError);
    expect(() => readCursor(cursor)).toThrow(/invalid_request/);
  });

  it('begins at the start without a cursor', () => {
    expect(readCursor(undefined)).toBeNull();
  });
});
