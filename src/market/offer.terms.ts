import { isPolygon, type Area } from '@groundtruth/sdk/protocol';
import { OFFER_S_MAX } from '@groundtruth/sdk/protocol';
import { seconds, type Instant } from '../kernel/clock.js';
import { areaCells, circleProblem, polygonProblem } from '../kernel/geo.js';
import { DomainError } from '../kernel/problem.js';
import { parentCells } from '../kernel/geo.js';
import { SEARCH_RESOLUTION } from '../bounties/index.js';
import type { BodyOf } from '../platform/http/serves.js';
import { isTimeZone, stretchAt, type Stretch } from './hours.rules.js';

/** The public market is told by cells of this resolution, edge about 9 km, as cards are. */
export const COARSE_RESOLUTION = 5;

type Body = BodyOf<'create_offer'>;

/** Refuses what makes no sense now, with its place in the body. In this order: area, no-go areas, hours, end. */
export function checkOffer(body: Body, now: Instant): void {
  if (body.area) checkArea(body.area, 'area');
  body.no_go.forEach((area, index) => checkArea(area, `no_go.${index}`));
  if (body.hours && !isTimeZone(body.hours.time_zone)) throw wrong('hours.time_zone', 'no such IANA time zone');
  if (body.valid_until <= now) throw wrong('valid_until', 'the offer would be over');
  if (body.valid_until - now > seconds(OFFER_S_MAX))
    throw wrong('valid_until', 'the offer would stand for more than 90 days');
}

/** The cells that an offer covers, fine ones as bounties have them and coarse ones as the public book has them. */
export function cellsOf({ area, cells }: Body): { cells: string[]; coarse_cells: string[] } {
  const fine = area ? areaCells(area, SEARCH_RESOLUTION) : [...new Set(cells)].sort();
  return { cells: fine, coarse_cells: parentCells(fine, COARSE_RESOLUTION) };
}

/** When the offer stands first, or next; null when its hours do not come again before it ends. */
export function standingOf(
  { hours, valid_until }: Pick<Body, 'valid_until'> & { hours?: Body['hours'] | null },
  now: Instant,
): Stretch | null {
  const { from, until } = hours ? stretchAt(hours, now) : { from: now, until: valid_until };
  return from < valid_until && now < valid_until ? { from, until: Math.min(until, valid_until) } : null;
}

function checkArea(area: Area, param: string): void {
  const problem = isPolygon(area) ? polygonProblem(area) : circleProblem(area);
  if (problem) throw wrong(param, problem);
}

const wrong = (param: string, detail: string): DomainError => new DomainError('invalid_request', detail, { param });
