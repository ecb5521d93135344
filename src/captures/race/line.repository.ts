import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import { sql, type Tx } from '../../platform/database/index.js';

/** A capture that waits for a slot. */
export interface Waiting {
  readonly id: Id<'capture'>;
  readonly reservation_id: Id<'reservation'>;
  readonly state: 'uploading' | 'submitted';
}

@Injectable()
export class LineRepository {
  /** Who waits for a slot of a race, in the order in which their seals came. */
  async line(tx: Tx, bountyId: string): Promise<Waiting[]> {
    return sql<Waiting>(
      tx,
      `SELECT id, reservation_id, state FROM capture
        WHERE bounty_id = $1 AND state IN ('uploading', 'submitted') ORDER BY t1, id`,
      [bountyId],
    );
  }

  /** How many of its captures are accepted, paid or not. */
  async accepted(tx: Tx, bountyId: string): Promise<number> {
    const [row] = await sql<{ n: number }>(
      tx,
      `SELECT count(*)::int AS n FROM capture WHERE bounty_id = $1 AND state IN ('accepted', 'settled')`,
      [bountyId],
    );
    return row!.n;
  }
}
