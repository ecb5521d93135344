import { Injectable } from '@nestjs/common';
import { isPolygon, type Area, type Page } from '@groundtruth/sdk/protocol';
import { distanceToAreaM } from '../../kernel/geo.js';
import type { Tx } from '../../platform/database/index.js';
import { pageOf } from '../../platform/http/cursor.js';
import type { BountyRow } from '../bounty.entity.js';
import { positionFromText, positionToText, type Hit, type NearQuery } from './near.order.js';
import { NearRepository } from './near.repository.js';
import { OpenBounties } from './open-bounties.js';

/** Open bounties whose area comes within a distance of a point. */
@Injectable()
export class NearSearch {
  constructor(
    private readonly near: NearRepository,
    private readonly remembered: OpenBounties,
  ) {}

  /** Before the transaction of `page`. */
  async prepare(): Promise<void> {
    await this.remembered.catchUp();
  }

  /**
   * One page in the order asked for, from behind the position `cursor`. Memory proposes, or the database; rows that ended meanwhile and polygons
   * that stay out of reach are left out, so it goes on until the page is full.
   */
  async page(tx: Tx, query: Omit<NearQuery, 'after'> & { readonly cursor: string | null }): Promise<Page<BountyRow>> {
    const { cursor, ...asked } = query;
    const limit = asked.limit + 1;
    const found: { hit: Hit; row: BountyRow }[] = [];
    for (let after = cursor === null ? null : positionFromText(cursor); ;) {
      const next = { ...asked, limit, after };
      const hits = this.remembered.search(next) ?? (await this.near.search(tx, next));
      found.push(...(await this.stillNear(tx, hits, asked)));
      if (found.length >= limit || hits.length < limit) break;
      after = hits.at(-1)!;
    }
    const page = pageOf(found, asked.limit, ({ hit }) => positionToText(hit));
    return { ...page, data: page.data.map(({ row }) => row) };
  }

  private async stillNear(tx: Tx, hits: readonly Hit[], query: Pick<NearQuery, 'point' | 'radius_m'>) {
    if (hits.length === 0) return [];
    const ids = hits.map(({ bounty_id }) => bounty_id);
    const rows = new Map((await this.near.openRows(tx, ids)).map((row) => [row.id, row]));
    return hits.flatMap((hit) => {
      const row = rows.get(hit.bounty_id);
      return row && reaches(row, query) ? [{ hit, row }] : [];
    });
  }
}

/** Circles were measured already; a polygon only by its furthest corner. */
function reaches(row: BountyRow, { point, radius_m }: Pick<NearQuery, 'point' | 'radius_m'>): boolean {
  const area = row.terms['area'] as Area;
  return !isPolygon(area) || distanceToAreaM(area, point) <= radius_m;
}
