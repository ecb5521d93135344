import { FEED_CELLS_MAX, feedQuerySchema, formatAmount } from '@groundtruth/sdk/protocol';
import type { z } from 'zod';
import { areaCells, circleProblem, polygonProblem } from '../../kernel/geo.js';
import { isPolygon } from '@groundtruth/sdk/protocol';
import { DomainError } from '../../kernel/problem.js';
import { EVERYTHING, type CardFilter } from '../observations/card.filter.js';
import type { FeedRow } from './saved.entity.js';

type FeedQuery = z.output<typeof feedQuerySchema>;

/** H3 resolution of the cells on cards. */
const COARSE_RESOLUTION = 5;

/** The cells a query covers, sorted; null when it covers everything. @throws {DomainError} `invalid_request` for an area that is none, or is too large. */
export function cellsOf({ cells, area }: FeedQuery): string[] | null {
  if (cells) return [...new Set(cells)].sort();
  if (!area) return null;
  const problem = isPolygon(area) ? polygonProblem(area) : circleProblem(area);
  if (problem) throw refused(problem);
  try {
    const covered = areaCells(area, COARSE_RESOLUTION);
    if (covered.length <= FEED_CELLS_MAX) return covered;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause; // Too many cells to look at: refused below.
  }
  throw refused(`the area touches more than ${FEED_CELLS_MAX} cells`);
}

/** A query in wire form, as it is kept. */
export function wireQuery({ price_max, ...query }: FeedQuery): Record<string, unknown> {
  return { ...query, ...(price_max !== undefined && { price_max: formatAmount(price_max) }) };
}

/** What a saved feed asks of cards. */
export function filterOf({ query, cells }: Pick<FeedRow, 'query' | 'cells'>): CardFilter {
  const { kinds, tier_min, independent_captures_min, price_max } = feedQuerySchema.parse(query);
  return {
    ...EVERYTHING,
    kinds: kinds ?? null,
    cells,
    tier_min: tier_min ?? null,
    independent_captures_min: independent_captures_min ?? null,
    price_max: price_max ?? null,
  };
}

const refused = (detail: string) =>
  new DomainError('invalid_request', `query.area: ${detail}`, { param: 'query.area' });
