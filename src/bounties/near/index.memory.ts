import { squareOf, squaresAround } from './near.grid.js';
import { compare, isNear, positionOf, type Hit, type Listed, type NearQuery } from './near.order.js';

/** Open bounties of one mode by the square they are listed in, dearest first. Pure: no clock, no database. */
export class MemoryIndex {
  private readonly squares = new Map<number, Listed[]>();
  private readonly listed = new Map<string, { square: number; row: Listed }>();

  get size(): number {
    return this.listed.size;
  }

  /** Lists a bounty, or lists it anew. Repeatable. */
  put(row: Listed): void {
    const before = this.listed.get(row.bounty_id);
    if (before && isSame(before.row, row)) return;
    this.drop(row.bounty_id);
    const square = squareOf(row);
    const rows = this.squares.get(square);
    if (rows) rows.splice(placeIn(rows, row), 0, row);
    else this.squares.set(square, [row]);
    this.listed.set(row.bounty_id, { square, row });
  }

  /** Takes a bounty off the list. Repeatable. */
  drop(bounty_id: string): void {
    const found = this.listed.get(bounty_id);
    if (!found) return;
    this.listed.delete(bounty_id);
    const rows = this.squares.get(found.square)!;
    rows.splice(placeIn(rows, found.row), 1);
    if (rows.length === 0) this.squares.delete(found.square);
  }

  /** The first `limit` bounties near a point in the order asked for. A square whose dearest left is too cheap is not read on. */
  search(query: NearQuery): Hit[] {
    const best: Hit[] = [];
    const { inside, border } = squaresAround(query.point, query.radius_m);
    for (const square of inside) this.take(best, square, query, true);
    for (const square of border) this.take(best, square, query, false);
    return best;
  }

  private take(best: Hit[], square: number, query: NearQuery, allNear: boolean): void {
    const { sort, after, limit, kind } = query;
    for (const row of this.squares.get(square) ?? []) {
      const hit = positionOf(row, query);
      const last = best.length === limit ? best[limit - 1]! : null;
      if (last && compare(sort, hit, last) >= 0) {
        if (sort === 'price') return;
        continue;
      }
      if (kind !== null && row.kind !== kind) continue;
      if (after && compare(sort, after, hit) >= 0) continue;
      if (!allNear && !isNear(row, query)) continue;
      best.splice(
        indexOf(best, (other) => compare(sort, other, hit) < 0),
        0,
        hit,
      );
      if (best.length > limit) best.pop();
    }
  }
}

function isSame(one: Listed, other: Listed): boolean {
  return (
    one.price === other.price &&
    one.kind === other.kind &&
    one.lat === other.lat &&
    one.lng === other.lng &&
    one.extent_m === other.extent_m
  );
}

/** Where a row stands, or would stand, among rows in order of price. */
function placeIn(rows: readonly Listed[], row: Listed): number {
  const position = ({ price, bounty_id }: Listed) => ({ value: price, bounty_id });
  return indexOf(rows, (other) => compare('price', position(other), position(row)) < 0);
}

/** How many items come first, where `isBefore` holds for a beginning of the list and for nothing after it. */
function indexOf<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
