import type { Page } from '../protocol/index.js';
import { UnexpectedAnswer } from './errors.js';

/** Items of a page when the caller names no limit: as many as the api gives at once. */
export const PAGE_ITEMS = 100;

/** Every item of a list, page after page; the next page is asked for when the one before is used up. */
export async function* eachItem<T>(page: (cursor: string | undefined) => Promise<Page<T>>): AsyncGenerator<T, void> {
  let cursor: string | undefined;
  do {
    const { data, has_more, next_cursor } = await page(cursor);
    yield* data;
    const next = (has_more && next_cursor) || undefined;
    // A list that gives the same page for ever must not hold its reader for ever.
    if (next !== undefined && next === cursor) throw new UnexpectedAnswer('the cursor of the list does not move', 200);
    cursor = next;
  } while (cursor !== undefined);
}
