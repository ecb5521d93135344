import fc from 'fast-check';
import type { Page } from '../protocol/index.js';
import { eachItem } from './paginate.js';

/** A list cut into pages; the cursor is where the next page begins. */
const paged = (items: number[], size: number) => (cursor: string | undefined) => {
  const from = Number(cursor ?? 0);
  const has_more = from + size < items.length;
  return Promise.resolve<Page<number>>({
    data: items.slice(from, from + size),
    has_more,
    next_cursor: String(from + size),
  });
};

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a list', () => {
  it('gives every item once and in order, however it is cut into pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), async (items, size) => {
        expect(await collect(eachItem(paged(items, size)))).toEqual(items);
      }),
    );
  });

  it('asks for no page that is not used', async () => {
    let pages = 0;
    const page = paged([1, 2, 3, 4], 2);
    for await (const item of eachItem((cursor) => (pages++, page(cursor)))) if (item === 2) break;
    expect(pages).toBe(1);
  });

  it('ends with an error when the cursor does not move', async () => {
    const stuck = () => Promise.resolve({ data: [1], has_more: true, next_cursor: 'here' });
    await expect(collect(eachItem(stuck))).rejects.toThrow('does not move');
  });
});
