import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { childCells } from '../kernel/geo.js';
import { SEARCH_RESOLUTION, type BountyRow } from '../bounties/index.js';
import { sql, type Tx } from '../platform/database/index.js';
import type { Ground } from './fills.repository.js';

/** Most rows of one side that one answer is made of: the dearest bounties, the lowest asks. */
const ROWS_MAX = 1_000;

/** What the public book of a ground is counted from. */
@Injectable()
export class PublicBookRepository {
  /** Open bounties with a free slot whose area touches the coarse cell. */
  async bounties(tx: Tx, { mode, cell, kind, currency }: Ground, now: Instant): Promise<BountyRow[]> {
    return sql(
      tx,
      `SELECT * FROM bounty WHERE state = 'open' AND cells && $1 AND mode = $2 AND kind = $3 AND currency = $4 AND opens_at <= $5 AND closes_at > $5
          AND reserved + settled < coalesce(offered, quantity) ORDER BY price_cap DESC, id LIMIT $6`,
      [childCells(cell, SEARCH_RESOLUTION), mode, kind, currency, new Date(now), ROWS_MAX],
    );
  }

  /** The lowest standing ask of each contributor who would come to the coarse cell. */
  async standing(tx: Tx, { mode, cell, kind, currency }: Ground, now: Instant) {
    return sql<{ contributor_id: Id<'contributor'>; price_min: bigint }>(
      tx,
      `SELECT contributor_id, min(price_min) AS price_min FROM offer
        WHERE state = 'active' AND coarse_cells @> ARRAY[$1] AND mode = $2 AND $3 = ANY(kinds) AND currency = $4
          AND stands_from <= $5 AND stands_until > $5
        GROUP BY contributor_id ORDER BY 2, 1 LIMIT $6`,
      [cell, mode, kind, currency, new Date(now), ROWS_MAX],
    );
  }
}
