import { TIERS, tierReaches, type Tier } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { CardRow } from './observation.entity.js';

/** What cards are chosen by: only what a card shows. Null: no such limit. */
export interface CardFilter {
  readonly kinds: readonly string[] | null;
  /** Coarse cells. */
  readonly cells: readonly string[] | null;
  readonly tier_min: Tier | null;
  readonly independent_captures_min: number | null;
  /** Micros. */
  readonly price_max: bigint | null;
  /** The card's hour is this or later, and before that. */
  readonly hour_from: Instant | null;
  readonly hour_until: Instant | null;
}

export const EVERYTHING: CardFilter = {
  kinds: null,
  cells: null,
  tier_min: null,
  independent_captures_min: null,
  price_max: null,
  hour_from: null,
  hour_until: null,
};

/** The same for filters that ask the same. */
export function keyOf(filter: CardFilter): string {
  return JSON.stringify(filter, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

/** What the parameters of a list or a stream ask for. */
export function filterOfQuery(query: {
  readonly kind?: string | undefined;
  readonly cell?: string | undefined;
  readonly hour_from?: Instant | undefined;
  readonly hour_until?: Instant | undefined;
}): CardFilter {
  const { kind, cell, hour_from = null, hour_until = null } = query;
  return { ...EVERYTHING, kinds: kind ? [kind] : null, cells: cell ? [cell] : null, hour_from, hour_until };
}

/** What the parameters of a list ask for within a saved feed: what both let pass. */
export function both(query: CardFilter, feed: CardFilter): CardFilter {
  const within = (some: readonly string[] | null, others: readonly string[] | null) =>
    some && others ? some.filter((one) => others.includes(one)) : (some ?? others);
  const { hour_from, hour_until } = query;
  return {
    ...feed,
    kinds: within(query.kinds, feed.kinds),
    cells: within(query.cells, feed.cells),
    hour_from,
    hour_until,
  };
}

/** Whether an observation's card is asked for. A retraction has no captures, and yet passes: whoever was told the fact must be told that it fell. */
export function passes(filter: CardFilter, row: CardRow): boolean {
  const { kinds, cells, tier_min, independent_captures_min, price_max, hour_from, hour_until } = filter;
  return (
    (kinds === null || kinds.includes(row.kind)) &&
    (cells === null || cells.includes(row.coarse_cell)) &&
    (tier_min === null || tierReaches(row.tier, tier_min)) &&
    (independent_captures_min === null ||
      row.independent_captures >= independent_captures_min ||
      row.revision_cause === 'retraction') &&
    (price_max === null || row.price <= price_max) &&
    (hour_from === null || row.hour >= hour_from) &&
    (hour_until === null || row.hour < hour_until)
  );
}

/** The same in SQL, on table `o`. `param` takes a value and answers its place. */
export function conditionOf(filter: CardFilter, param: (value: unknown) => string): string {
  const { kinds, cells, tier_min, independent_captures_min, price_max, hour_from, hour_until } = filter;
  const conditions = [
    kinds && `o.kind = ANY(${param(kinds)})`,
    cells && `o.coarse_cell = ANY(${param(cells)})`,
    tier_min && `o.tier = ANY(${param(TIERS.slice(TIERS.indexOf(tier_min)))})`,
    independent_captures_min !== null &&
      `(o.independent_captures >= ${param(independent_captures_min)} OR o.revision_cause = 'retraction')`,
    price_max !== null && `o.price <= ${param(price_max)}`,
    hour_from !== null && `o.hour >= ${param(new Date(hour_from))}`,
    hour_until !== null && `o.hour < ${param(new Date(hour_until))}`,
  ].filter((condition) => typeof condition === 'string');
  return conditions.map((condition) => ` AND ${condition}`).join('');
}
