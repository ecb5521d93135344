import type { Stripe } from 'stripe';
import { noSuch } from '../http/api-error.js';

interface Paging {
  readonly limit: number;
  readonly starting_after?: string;
  readonly ending_before?: string;
}

type Range = number | { readonly gt?: number; readonly gte?: number; readonly lt?: number; readonly lte?: number };

/** One page, newest first. `rows` come oldest first, already filtered. */
export function page<T extends { id: string }>(rows: readonly T[], paging: Paging, url: string): Stripe.ApiList<T> {
  const newest = rows.toReversed();
  const { limit } = paging;
  const cursor = paging.starting_after ?? paging.ending_before;
  const at = cursor === undefined ? -1 : newest.findIndex((row) => row.id === cursor);
  if (cursor !== undefined && at < 0) {
    throw noSuch('object', cursor, paging.starting_after ? 'starting_after' : 'ending_before');
  }
  if (paging.ending_before !== undefined && paging.starting_after === undefined) {
    const from = Math.max(0, at - limit);
    return { object: 'list', data: newest.slice(from, at), has_more: from > 0, url };
  }
  const data = newest.slice(at + 1, at + 1 + limit);
  return { object: 'list', data, has_more: at + 1 + limit < newest.length, url };
}

/** Whether an instant lies in the range; no range holds every instant. */
export function within(range: Range | undefined, instant: number): boolean {
  if (range === undefined) return true;
  if (typeof range === 'number') return instant === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return instant > gt && instant >= gte && instant < lt && instant <= lte;
}
