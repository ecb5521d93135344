import { Injectable } from '@nestjs/common';
import { formatAmount, toWireTime, type Book, type Page, type PriceBucket } from '@groundtruth/sdk/protocol';
import { Clock, seconds, type Instant } from '../kernel/clock.js';
import { freeSlots, priceNow, type BountyRow } from '../bounties/index.js';
import { Clusters, type Principal } from '../identity/index.js';
import { UnitOfWork, type Tx } from '../platform/database/index.js';
import { pageOf, readCursor } from '../platform/http/cursor.js';
import type { QueryOf } from '../platform/http/serves.js';
import { depthOf } from './depth.rules.js';
import { fillTimesOf } from './fill-time.rules.js';
import { FillsRepository, type Fill, type Ground } from './fills.repository.js';
import { FILLS_MIN, hourOf } from './price.buckets.js';
import { PricesRepository } from './prices.repository.js';
import { PublicBookRepository } from './public-book.repository.js';

/** How far back the last price and fill times look: longer ago says little of now. */
const RECENT_S = 30 * 86_400;
const FILLS_MAX = 1_000;
const LEVELS_MAX = 100;

/** What anybody may know of the market: prices and depth by coarse cell, never who. */
@Injectable()
export class PublicBookService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly sides: PublicBookRepository,
    private readonly fills: FillsRepository,
    private readonly prices: PricesRepository,
    private readonly clusters: Clusters,
    private readonly clock: Clock,
  ) {}

  async book(caller: Principal, { cell, kind, currency }: QueryOf<'get_book'>): Promise<Book> {
    const now = this.clock.now();
    const ground = { mode: caller.mode, cell, kind, currency };
    return this.unitOfWork.run(async (tx) => {
      const fills = await this.fills.since(tx, ground, now - seconds(RECENT_S), FILLS_MAX);
      return {
        ...{ cell, kind, currency, at: toWireTime(now) },
        bids: levelsOf(await this.sides.bounties(tx, ground, now), now),
        asks: await this.depth(tx, ground, now),
        last: lastOf(fills),
        fill_time_s: fillTimesOf(fills),
      };
    });
  }

  /** Newest first. */
  async history(caller: Principal, query: QueryOf<'list_prices'>): Promise<Page<PriceBucket>> {
    const { cell, kind, currency, cursor, limit } = query;
    const before = readCursor(cursor);
    const ground = { mode: caller.mode, cell, kind, currency };
    const rows = await this.unitOfWork.run((tx) =>
      this.prices.page(tx, ground, before === null ? null : Number(before), limit + 1),
    );
    const { data, ...rest } = pageOf(rows, limit, (row) => String(row.ends_at));
    return {
      ...rest,
      data: data.map((row) => ({
        from: toWireTime(row.starts_at),
        until: toWireTime(row.ends_at),
        fills: row.fills,
        min: formatAmount(row.price_min),
        median: formatAmount(row.price_median),
        max: formatAmount(row.price_max),
        volume: formatAmount(row.volume),
      })),
    };
  }

  private async depth(tx: Tx, ground: Ground, now: Instant): Promise<Book['asks']> {
    const standing = await this.sides.standing(tx, ground, now);
    const ids = standing.map(({ contributor_id }) => contributor_id);
    const clusters = await this.clusters.clusterOf(tx, ids);
    const asks = standing.map(({ contributor_id, price_min }) => ({
      cluster: clusters.get(contributor_id)!,
      price_min,
    }));
    return depthOf(asks).map((step) => ({ ...step, price_max: formatAmount(step.price_max) }));
  }
}

function levelsOf(rows: readonly BountyRow[], now: Instant): Book['bids'] {
  const levels = new Map<bigint, { bounties: number; slots_free: number }>();
  for (const row of rows) {
    const price = priceNow(row, now);
    const { bounties, slots_free } = levels.get(price) ?? { bounties: 0, slots_free: 0 };
    const free = freeSlots(row);
    levels.set(price, { bounties: bounties + 1, slots_free: slots_free + free });
  }
  return [...levels]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, LEVELS_MAX)
    .map(([price, level]) => ({ price: formatAmount(price), ...level }));
}

/** Told only beside others, and by the hour: one fill alone is one person's pay. */
function lastOf(fills: readonly Fill[]): Book['last'] {
  const [last] = fills;
  if (!last || fills.length < FILLS_MIN) return null;
  return { price: formatAmount(last.price), hour: toWireTime(hourOf(last.filled_at)) };
}
