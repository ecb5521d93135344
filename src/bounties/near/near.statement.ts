import { EARTH_RADIUS_M } from '../../kernel/geo.js';
import { coverOf, roundDegrees } from './near.cells.js';
import type { NearQuery } from './near.order.js';

/** Great-circle metres from the point ($4, $5) to a listing: the same formula as `distanceM`. */
const AWAY_M = `2 * ${EARTH_RADIUS_M} * asin(least(1, sqrt(
  power(sin(radians(n.lat - $4) / 2), 2) + cos(radians($4)) * cos(radians(n.lat)) * power(sin(radians(n.lng - $5) / 2), 2))))`;
const NEAR = `${AWAY_M} <= $6 + n.extent_m`;

/** One statement that answers positions in order; `$1` mode, `$2`/`$3` cells inside and on the border, `$8` the limit. */
export function nearStatement(query: NearQuery): { text: string; values: unknown[] } {
  const { inside, border } = coverOf(query.point, query.radius_m);
  const values: unknown[] = [
    query.mode,
    inside.map(asBigint),
    border.map(asBigint),
    roundDegrees(query.point.lat),
    roundDegrees(query.point.lng),
    query.radius_m,
    query.kind,
    query.limit,
  ];
  if (query.after) values.push(query.after.value.toString(), query.after.bounty_id);
  return { text: (query.sort === 'price' ? byPrice : byReading)(query), values };
}

/**
 * The dearest of each cell that lies inside come straight off the index. The last of the best of them is the bar for the cells on the border,
 * where distance decides row by row: below the bar nothing there is read. So a dense city costs little more than an empty field.
 */
function byPrice({ after }: NearQuery): string {
  const behind = after ? 'AND (n.price, n.bounty_id) < ($9::bigint, $10)' : '';
  const best = (cells: string, condition: string): string => `
    SELECT hit.* FROM unnest(${cells}::bigint[]) AS c (cell) CROSS JOIN LATERAL (
      SELECT n.bounty_id, n.price AS value FROM bounty_near n
       WHERE n.mode = $1 AND n.cell = c.cell AND n.open AND ($7::text IS NULL OR n.kind = $7) ${behind} ${condition}
       ORDER BY n.price DESC, n.bounty_id DESC LIMIT $8) AS hit`;
  return `
    WITH inside AS MATERIALIZED (${best('$2', '')}),
         bar AS MATERIALIZED (SELECT value FROM inside ORDER BY value DESC OFFSET $8 - 1 LIMIT 1)
    SELECT * FROM (
      SELECT * FROM inside
      UNION ALL ${best('$3', `AND n.price >= coalesce((SELECT value FROM bar), 0) AND ${NEAR}`)}) AS found
    ORDER BY value DESC, bounty_id DESC LIMIT $8`;
}

/** Every listing in reach is read. */
function byReading({ sort, after }: NearQuery): string {
  const [order, sign] = sort === 'newest' ? ['value DESC', '<'] : ['value ASC', '>'];
  const value = sort === 'newest' ? '0::bigint' : `round((${AWAY_M}) * 1000)::bigint`;
  const behind = after ? `WHERE value ${sign} $9::bigint OR (value = $9::bigint AND bounty_id < $10)` : '';
  return `
    SELECT * FROM (
      SELECT n.bounty_id, ${value} AS value FROM bounty_near n
       WHERE n.mode = $1 AND n.cell = ANY ($2::bigint[] || $3::bigint[]) AND n.open AND ($7::text IS NULL OR n.kind = $7) AND ${NEAR}) AS found
    ${behind} ORDER BY ${order}, bounty_id DESC LIMIT $8`;
}

/** A cell as Postgres stores it. */
export const asBigint = (cell: string): string => BigInt(`0x${cell}`).toString();
