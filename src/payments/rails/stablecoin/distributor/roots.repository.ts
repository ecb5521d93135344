import { Injectable } from '@nestjs/common';
import type { Hex } from 'viem';
import type { Instant } from '../../../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../../../platform/database/index.js';
import { advance } from '../../../../platform/lifecycle/transitions.js';
import type { DistributorKey, DueClaim, Leaf, RootRow } from './award.entity.js';
import { ROOT_TRANSITIONS, type RootEvent } from './root.machine.js';

export type NewRoot = Pick<RootRow, 'id' | 'mode' | 'chain' | 'epoch' | 'root' | 'total' | 'created_at'>;

@Injectable()
export class RootsRepository {
  /** A draft with its leaves in the order of the tree. None: a root that is not of our making. */
  async insert(tx: Tx, root: NewRoot, leaves: readonly Leaf[]): Promise<void> {
    const { id, mode, chain, epoch, total, created_at } = root;
    await sql(
      tx,
      `INSERT INTO distributor_root (id, mode, chain, distributor, epoch, root, total, state, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 'drafted', $8)`,
      [id, mode, chain, chain.distributor, epoch, root.root, total, new Date(created_at)],
    );
    await sql(
      tx,
      `INSERT INTO distributor_leaf (root_id, index, account, cumulative, salt)
       SELECT $1, row_number() OVER () - 1, * FROM unnest($2::text[], $3::bigint[], $4::text[])`,
      [
        id,
        leaves.map(({ account }) => account),
        leaves.map(({ cumulative }) => cumulative),
        leaves.map(({ salt }) => salt),
      ],
    );
  }

  /** The draft that waits for signature or transaction; null when there is none. */
  async drafted(tx: Tx, { mode, distributor }: DistributorKey): Promise<RootRow | null> {
    return sqlOne<RootRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM distributor_root WHERE mode = $1 AND distributor = $2 AND state = 'drafted' ORDER BY epoch LIMIT 1 FOR UPDATE`,
      [mode, distributor],
    );
  }

  /** The newest root that the chain has shown and nobody vetoed, of those active by `at`; of all for null. */
  async standing(tx: Tx, { mode, distributor }: DistributorKey, at: Instant | null): Promise<RootRow | null> {
    return sqlOne<RootRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM distributor_root WHERE mode = $1 AND distributor = $2 AND state = 'proposed' AND ($3::timestamptz IS NULL OR active_at <= $3)
        ORDER BY epoch DESC LIMIT 1`,
      [mode, distributor, at === null ? null : new Date(at)],
    );
  }

  /** The highest epoch that was ever proposed; zero before the first. */
  async lastEpoch(tx: Tx, { mode, distributor }: DistributorKey): Promise<number> {
    const text = `SELECT coalesce(max(epoch), 0) AS epoch FROM distributor_root WHERE mode = $1 AND distributor = $2 AND state IN ('proposed', 'vetoed')`;
    return (await sqlOne<{ epoch: number }>(tx, text, [mode, distributor]))!.epoch;
  }

  /** Every root of an epoch, discarded drafts included. */
  async ofEpoch(tx: Tx, { mode, distributor }: DistributorKey, epoch: number): Promise<RootRow[]> {
    return sql<RootRow & Record<string, unknown>>(
      tx,
      'SELECT * FROM distributor_root WHERE mode = $1 AND distributor = $2 AND epoch = $3 ORDER BY created_at, id FOR UPDATE',
      [mode, distributor, epoch],
    );
  }

  /**
   * Of the roots that award an account something, the one that is active `at` this moment and the one that follows it, oldest first. Both of the
   * last two for null, among which the active one always is: none is proposed while another waits.
   */
  async naming(tx: Tx, { mode, distributor }: DistributorKey, account: Hex, at: Instant | null): Promise<RootRow[]> {
    return sql<RootRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM (
         SELECT r.*, lead(r.active_at) OVER (ORDER BY r.epoch) AS until
           FROM distributor_root r JOIN distributor_leaf l ON l.root_id = r.id AND l.account = $3
          WHERE r.mode = $1 AND r.distributor = $2 AND r.state = 'proposed' ORDER BY r.epoch DESC LIMIT 2) last_two
        WHERE $4::timestamptz IS NULL OR until IS NULL OR until > $4 ORDER BY epoch`,
      [mode, distributor, account, at === null ? null : new Date(at)],
    );
  }

  /** The root of an epoch that the chain has shown; null before. Locks nothing: anybody may ask. */
  async shown(tx: Tx, { mode, distributor }: DistributorKey, epoch: number): Promise<RootRow | null> {
    return sqlOne<RootRow & Record<string, unknown>>(
      tx,
      `SELECT * FROM distributor_root WHERE mode = $1 AND distributor = $2 AND epoch = $3 AND state IN ('proposed', 'vetoed')`,
      [mode, distributor, epoch],
    );
  }

  /** In the order of the tree. */
  async leaves(tx: Tx, rootId: string): Promise<Leaf[]> {
    const text = 'SELECT account, cumulative, salt FROM distributor_leaf WHERE root_id = $1 ORDER BY index';
    return sql<Leaf & Record<string, unknown>>(tx, text, [rootId]);
  }

  async advance(tx: Tx, id: string, event: RootEvent, at: Instant, set: Readonly<Record<string, unknown>> = {}) {
    return advance(tx, { table: 'distributor_root', transitions: ROOT_TRANSITIONS, id, event, at, set });
  }

  /** A transaction that was to propose it came to nothing: the next one is another operation. */
  async countAttempt(tx: Tx, id: string): Promise<void> {
    await sql(tx, 'UPDATE distributor_root SET attempt = attempt + 1 WHERE id = $1', [id]);
  }

  /** What the leaves of a root award beyond what is claimed, `least` base units or more, in the order of the tree. */
  async unclaimed(tx: Tx, { id, mode, distributor }: RootRow, least: bigint): Promise<DueClaim[]> {
    return sql<DueClaim & Record<string, unknown>>(
      tx,
      `SELECT * FROM (
         SELECT l.index, l.account, l.cumulative, l.salt, l.cumulative - coalesce((
             SELECT max(a.upto) FROM award a
              WHERE a.mode = $2 AND a.distributor = $3 AND a.account = l.account AND a.claimed_by IS NOT NULL), 0) AS owed
           FROM distributor_leaf l WHERE l.root_id = $1) due
        WHERE owed >= $4 ORDER BY index`,
      [id, mode, distributor, least],
    );
  }
}
