import type { BountySort, Id, Mode, Point } from '@groundtruth/sdk/protocol';
import { distanceM } from '../../kernel/geo.js';
import { DomainError } from '../../kernel/problem.js';
import type { Place } from './near.cells.js';

/** An open bounty as it is listed for searches. */
export interface Listed extends Place {
  readonly bounty_id: Id<'bounty'>;
  readonly mode: Mode;
  readonly kind: string;
  /** The most one slot can come to cost, micros. */
  readonly price: bigint;
}

/** As the route takes it. */
export type NearSort = BountySort;

/** Where a row stands in its order; nothing stands twice at one position. */
export interface Position {
  /** Micros for `price`, millimetres for `distance`, 0n for `newest`. */
  readonly value: bigint;
  readonly bounty_id: string;
}

export interface NearQuery {
  readonly mode: Mode;
  readonly kind: string | null;
  readonly point: Point;
  readonly radius_m: number;
  readonly sort: NearSort;
  /** Only what stands behind it; null from the beginning. */
  readonly after: Position | null;
  readonly limit: number;
}

export interface Hit extends Position {
  readonly bounty_id: Id<'bounty'>;
}

/** Whether an area comes within the radius: exact for circles, and never false for a polygon that does. */
export function isNear(place: Place, { point, radius_m }: NearQuery): boolean {
  return distanceM(point, place) <= radius_m + place.extent_m;
}

export function positionOf(listed: Listed, { sort, point }: NearQuery): Hit {
  const { bounty_id } = listed;
  if (sort === 'newest') return { value: 0n, bounty_id };
  if (sort === 'price') return { value: listed.price, bounty_id };
  return { value: BigInt(Math.round(distanceM(point, listed) * 1_000)), bounty_id };
}

/** Dearest or nearest first, and the newer of two that are alike. Negative when `one` comes first. */
export function compare(sort: NearSort, one: Position, other: Position): number {
  if (one.value !== other.value) return one.value < other.value === (sort === 'distance') ? -1 : 1;
  if (one.bounty_id === other.bounty_id) return 0;
  return one.bounty_id > other.bounty_id ? -1 : 1;
}

export const positionToText = ({ value, bounty_id }: Position): string => `${value}:${bounty_id}`;

/** @throws {DomainError} `invalid_request` for a cursor of another list. */
export function positionFromText(text: string): Position {
  const parts = /^(\d{1,18}):(bty_[0-9a-f]+)$/.exec(text);
  if (!parts) {
    throw new DomainError('invalid_request', 'the cursor belongs to another list', {
      param: 'cursor',
      hint: 'Send next_cursor of the page before as it is, with the same near and sort, or leave cursor out to start anew.',
    });
  }
  return { value: BigInt(parts[1]!), bounty_id: parts[2]! };
}
