import type { Book, PriceBucket } from '../protocol/index.js';
import { eachItem, PAGE_ITEMS, type CallOptions, type Transport } from '../http/index.js';

/** One market: what is asked for, where, in which money. */
export interface Ground {
  /** H3 cell of resolution 5: `latLngToCell(lat, lng, 5)` of `h3-js`. */
  readonly cell: string;
  readonly kind: 'photo' | 'video' | 'reading';
  /** `USD` when left out. */
  readonly currency?: 'USD' | 'USDC';
}

/** What anybody may know of the market: prices and depth by coarse cell, never who. */
export class Market {
  constructor(private readonly transport: Transport) {}

  /**
   * The order book of a coarse cell at this moment.
   *
   * @example
   * const { bids, asks, last, fill_time_s } = await groundtruth.market.book({ cell: '8530c2effffffff', kind: 'photo' });
   * @returns `asks` is empty below three independent contributors; `last` and `fill_time_s` are null below three fills in 30 days.
   * @throws {ProblemError} `invalid_request`.
   */
  book(ground: Ground, options: CallOptions = {}): Promise<Book> {
    return this.transport.call('get_book', { ...options, query: { ...ground } });
  }

  /**
   * What filled slots were paid, newest first, in buckets of whole hours that hold three fills or more. A bucket never changes.
   *
   * @example
   * for await (const { from, until, median, fills } of groundtruth.market.prices({ cell: '8530c2effffffff', kind: 'photo' })) console.log(from, median, fills);
   * @throws {ProblemError} `invalid_request` while iterating.
   */
  prices(ground: Ground, { signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<PriceBucket> {
    const query = { ...ground, limit: PAGE_ITEMS };
    return eachItem((cursor) => this.transport.call('list_prices', { query: { ...query, cursor }, signal }));
  }
}
