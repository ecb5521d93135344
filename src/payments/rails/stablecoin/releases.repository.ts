import { Injectable } from '@nestjs/common';
import { poolOf } from '@groundtruth/sdk/protocol';
import type { Hex } from 'viem';
import type { Instant } from '../../../kernel/clock.js';
import { sql, sqlOne, type Tx } from '../../../platform/database/index.js';
import type { EntryRow, ReleaseRow } from './entry.entity.js';

export type NewRelease = Omit<ReleaseRow, 'seq' | 'signature' | 'paid_by' | 'transaction' | 'attempt'>;

@Injectable()
export class ReleasesRepository {
  /** Appends to the releases of an entry. The caller holds the entry's lock. */
  async append(tx: Tx, row: NewRelease): Promise<void> {
    await sql(
      tx,
      `INSERT INTO release (capture_id, entry, seq, commitment, pay_to, pay_for, amount, fee, paid_before, created_at)
       SELECT $1, $2, count(*), $3, $4, $5, $6, $7, $8, $9 FROM release WHERE entry = $2`,
      [
        row.capture_id,
        row.entry,
        row.commitment,
        row.pay_to,
        row.pay_for,
        row.amount,
        row.fee,
        row.paid_before,
        new Date(row.created_at),
      ],
    );
  }

  async of(tx: Tx, captureId: string): Promise<ReleaseRow | null> {
    return sqlOne<ReleaseRow>(tx, 'SELECT * FROM release WHERE capture_id = $1', [captureId]);
  }

  /** The release of a payment that the chain shows. */
  async paying(tx: Tx, entry: Hex, commitment: Hex): Promise<ReleaseRow | null> {
    return sqlOne<ReleaseRow>(tx, 'SELECT * FROM release WHERE entry = $1 AND commitment = $2 FOR UPDATE', [
      entry,
      commitment,
    ]);
  }

  /** The releases of a sum that the chain shows, in their order; none when no batch of ours has this name. */
  async pooled(tx: Tx, entry: Hex, capturesRoot: Hex): Promise<ReleaseRow[]> {
    return sql<ReleaseRow>(
      tx,
      `SELECT r.* FROM release r JOIN release_batch b ON b.entry = r.entry AND r.seq BETWEEN b.first_seq AND b.last_seq
        WHERE b.entry = $1 AND b.captures_root = $2 ORDER BY r.seq FOR UPDATE OF r`,
      [entry, capturesRoot],
    );
  }

  /** Whom the release of a commitment pays. Assumes that there is one. */
  async payeeOf(tx: Tx, entry: Hex, commitment: Hex): Promise<string> {
    const row = await sqlOne<{ contributor_id: string }>(
      tx,
      'SELECT c.contributor_id FROM release r JOIN capture c ON c.id = r.capture_id WHERE r.entry = $1 AND r.commitment = $2',
      [entry, commitment],
    );
    return row!.contributor_id;
  }

  async markPaid(tx: Tx, captureId: string, paid_by: string, transaction: Hex): Promise<void> {
    await sql(tx, 'UPDATE release SET paid_by = $2, transaction = $3 WHERE capture_id = $1', [
      captureId,
      paid_by,
      transaction,
    ]);
  }

  /** Takes back what an abandoned block said; a later log that paid it meanwhile stands. */
  async unmarkPaid(tx: Tx, captureId: string, paid_by: string): Promise<void> {
    await sql(
      tx,
      'UPDATE release SET paid_by = NULL, transaction = NULL, attempt = attempt + 1 WHERE capture_id = $1 AND paid_by = $2',
      [captureId, paid_by],
    );
  }

  /** Entries that hold money and have releases that are not paid, signed or not, in the order of their ids from `after` on. */
  async unpaidEntries(tx: Tx, mode: string, after: string, limit: number): Promise<EntryRow[]> {
    return sql<EntryRow>(
      tx,
      `SELECT e.* FROM escrow_entry e WHERE e.mode = $1 AND e.id > $2 AND e.state IN ('funded', 'closing')
          AND EXISTS (SELECT 1 FROM release r WHERE r.entry = e.id AND r.paid_by IS NULL) ORDER BY e.id LIMIT $3`,
      [mode, after, limit],
    );
  }

  /** The releases with which a transaction that pays this one may begin: itself, and the first of each batch that it is in. */
  async beginnings(tx: Tx, { entry, seq }: ReleaseRow): Promise<ReleaseRow[]> {
    return sql<ReleaseRow>(
      tx,
      `SELECT * FROM release r WHERE r.entry = $1 AND (r.seq = $2 OR EXISTS (
          SELECT 1 FROM release_batch b WHERE b.entry = r.entry AND b.first_seq = r.seq AND $2 BETWEEN b.first_seq AND b.last_seq))`,
      [entry, seq],
    );
  }

  /** The next unpaid releases of an entry, in order, from the first on without a gap, all signed, and all to wallets or all to the Distributor. */
  async nextSigned(tx: Tx, entry: Hex, limit: number): Promise<ReleaseRow[]> {
    const rows = await sql<ReleaseRow>(
      tx,
      'SELECT * FROM release WHERE entry = $1 AND paid_by IS NULL ORDER BY seq LIMIT $2',
      [entry, limit],
    );
    const pooled = rows[0]?.pay_for != null;
    const end = rows.findIndex((row) => row.signature === null || (row.pay_for !== null) !== pooled);
    return end === -1 ? rows : rows.slice(0, end);
  }

  /**
   * Asks the releaser for one signature over these releases, which follow one another; or answers what was asked before for the same first
   * one, so that a stream of new releases cannot put it off for ever. Repeatable; `signature` is null until it is there.
   */
  async batch(tx: Tx, entry: Hex, rows: readonly ReleaseRow[], at: Instant) {
    const [first, last] = [rows[0]!.seq, rows.at(-1)!.seq];
    const asked = `SELECT last_seq, signature FROM release_batch WHERE entry = $1 AND first_seq = $2 ORDER BY last_seq LIMIT 1`;
    const before = await sqlOne<{ last_seq: number; signature: Hex | null }>(tx, asked, [entry, first]);
    if (before) return before;
    const root = rows[0]!.pay_for === null ? null : poolOfReleases(rows).capturesRoot;
    await sql(
      tx,
      'INSERT INTO release_batch (entry, first_seq, last_seq, captures_root, created_at) VALUES ($1, $2, $3, $4, $5)',
      [entry, first, last, root, new Date(at)],
    );
    return { last_seq: last, signature: null };
  }

  /** A transaction that began with this release came to nothing: the next one is another operation. */
  async countAttempt(tx: Tx, entry: Hex, seq: number): Promise<void> {
    await sql(tx, 'UPDATE release SET attempt = attempt + 1 WHERE entry = $1 AND seq = $2', [entry, seq]);
  }
}

/** Releases as one sum for the Distributor. */
export const poolOfReleases = (rows: readonly ReleaseRow[]) =>
  poolOf(rows.map(({ commitment, amount, fee }) => ({ capture: commitment, amount, fee })));
