import { fromBase64Url, toBase64Url, utf8, type Page } from '@groundtruth/sdk/protocol';
import { DomainError } from '../../kernel/problem.js';

/** The query schema of lists refuses longer ones; `after` is one or two ids. */
const CURSOR_LENGTH_MAX = 200;

/** Wraps the position of the last row of a page. Opaque to callers, so that what we sort by can change. */
function encodeCursor(after: string): string {
  const cursor = toBase64Url(utf8(JSON.stringify({ after })));
  if (cursor.length > CURSOR_LENGTH_MAX)
    throw new RangeError(`the cursor is longer than ${CURSOR_LENGTH_MAX} characters`);
  return cursor;
}

/**
 * The position a cursor holds; null without a cursor. It is a position, not a permission: the query must still be limited to its caller.
 * @throws {DomainError} `invalid_request` unless we made it.
 */
export function readCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const after = cursor.length <= CURSOR_LENGTH_MAX ? afterOf(cursor) : null;
  if (after !== null) return after;
  throw new DomainError('invalid_request', 'the cursor was not made by this service', {
    param: 'cursor',
    hint: 'Send next_cursor of the page before as it is, or leave cursor out to start anew.',
  });
}

/** One page out of up to `limit + 1` rows: the row too many is not shown, it proves that there is more. `after` names a row's position. */
export function pageOf<T>(rows: readonly T[], limit: number, after: (row: T) => string): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const has_more = rows.length > limit;
  return { data, has_more, next_cursor: has_more && last !== undefined ? encodeCursor(after(last)) : null };
}

function afterOf(cursor: string): string | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64Url(cursor)));
    const whole = typeof value === 'object' && value !== null && Object.keys(value).join() === 'after';
    const after = whole ? (value as { after: unknown }).after : null;
    return typeof after === 'string' ? after : null;
  } catch {
    return null; // Whatever is wrong with it, the caller hears the same refusal.
  }
}
