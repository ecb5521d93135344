import { Injectable } from '@nestjs/common';
import type { Id } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import { mintId } from '../kernel/ids.js';
import { sql, sqlOne, type Tx } from '../platform/database/index.js';

export interface SealRow {
  id: Id<'seal'>;
  reservation_id: Id<'reservation'>;
  seal: string;
  received_at: Instant;
}

@Injectable()
export class SealsRepository {
  /** Registers a seal, or answers the one that came first: a repeat never moves the moment of receipt. */
  async register(tx: Tx, reservationId: string, seal: string, at: Instant): Promise<SealRow> {
    await sql(
      tx,
      'INSERT INTO seal (id, reservation_id, seal, received_at) VALUES ($1, $2, $3, $4) ON CONFLICT (seal) DO NOTHING',
      [mintId('seal'), reservationId, seal, new Date(at)],
    );
    return (await this.get(tx, seal))!;
  }

  async get(tx: Tx, seal: string): Promise<SealRow | null> {
    return sqlOne<SealRow>(tx, 'SELECT * FROM seal WHERE seal = $1', [seal]);
  }
}
