import { Injectable } from '@nestjs/common';
import type { Hex } from 'viem';
import type { Instant } from '../../../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../../../platform/database/index.js';
import type { AwardRow, DistributorKey, Standing } from './award.entity.js';

export type NewAward = Omit<AwardRow, 'upto' | 'contributor_id'>;

@Injectable()
export class AwardsRepository {
  /** What a release brought. Repeatable: one that a reorganisation had taken back counts again, in its old place. */
  async add(tx: Tx, award: NewAward, at: Instant): Promise<void> {
    const { capture_id, mode, distributor, account, amount } = award;
    await sql(
      tx,
      `INSERT INTO award (capture_id, mode, distributor, account, amount, upto, covered, created_at)
       SELECT $1, $2, $3, $4, $5::bigint, $5::bigint + coalesce(max(upto), 0), true, $6 FROM award
        WHERE mode = $2 AND distributor = $3 AND account = $4
       ON CONFLICT (capture_id) DO UPDATE SET covered = true`,
      [capture_id, mode, distributor, account, amount, new Date(at)],
    );
  }

  /** The block that brought it is given up. It is still owed, and counts again when its release lands anew. */
  async uncover(tx: Tx, captureId: string): Promise<void> {
    await sql(tx, 'UPDATE award SET covered = false WHERE capture_id = $1', [captureId]);
  }

  /** What each account may be awarded: everything before the first of its awards that the chain does not show. In the order of accounts. */
  async standings(tx: Tx, { mode, distributor }: DistributorKey): Promise<Standing[]> {
    return sql<Standing & Record<string, unknown>>(
      tx,
      `SELECT a.account, max(a.upto)::bigint AS cumulative, array_agg(DISTINCT c.contributor_id) AS contributor_ids
         FROM award a JOIN capture c ON c.id = a.capture_id LEFT JOIN (
              SELECT account, min(upto) AS upto FROM award WHERE mode = $1 AND distributor = $2 AND NOT covered GROUP BY account
            ) missing ON missing.account = a.account
        WHERE a.mode = $1 AND a.distributor = $2 AND (missing.upto IS NULL OR a.upto < missing.upto)
        GROUP BY a.account ORDER BY a.account`,
      [mode, distributor],
    );
  }

  /** Marks what a claim has paid: every award of the account that ends by `cumulative` and was not claimed. In their order. */
  async claim(
    tx: Tx,
    { mode, distributor }: DistributorKey,
    account: Hex,
    cumulative: bigint,
    log: string,
  ): Promise<AwardRow[]> {
    return this.marked(
      tx,
      `UPDATE award SET claimed_by = $5
        WHERE mode = $1 AND distributor = $2 AND account = $3 AND upto <= $4 AND claimed_by IS NULL RETURNING *`,
      [mode, distributor, account, cumulative, log],
    );
  }

  /** Takes back what a log that is given up had shown. */
  async unclaim(tx: Tx, log: string): Promise<AwardRow[]> {
    return this.marked(tx, 'UPDATE award SET claimed_by = NULL WHERE claimed_by = $1 RETURNING *', [log]);
  }

  /** All that the chain has paid an account, in base units. */
  async claimed(tx: Tx, { mode, distributor }: DistributorKey, account: Hex): Promise<bigint> {
    const text = `SELECT coalesce(max(upto), 0)::bigint AS upto FROM award
                   WHERE mode = $1 AND distributor = $2 AND account = $3 AND claimed_by IS NOT NULL`;
    return (await sqlOne<{ upto: bigint }>(tx, text, [mode, distributor, account]))!.upto;
  }

  /** The accounts in which a contributor has awards. */
  async accountsOf(tx: Tx, contributorId: string): Promise<(DistributorKey & { account: Hex })[]> {
    return sql<DistributorKey & { account: Hex } & Record<string, unknown>>(
      tx,
      `SELECT DISTINCT a.mode, a.distributor, a.account FROM award a JOIN capture c ON c.id = a.capture_id
        WHERE c.contributor_id = $1 ORDER BY a.account`,
      [contributorId],
    );
  }

  private marked(tx: Tx, update: string, params: readonly unknown[]): Promise<AwardRow[]> {
    const text = `WITH a AS (${update}) SELECT a.*, c.contributor_id FROM a JOIN capture c ON c.id = a.capture_id ORDER BY a.upto`;
    return sql<AwardRow & Record<string, unknown>>(tx, text, [...params]);
  }
}
