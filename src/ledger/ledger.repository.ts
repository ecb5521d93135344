import { sql, type Tx } from '../platform/database/index.js';
import { assert } from '../kernel/assert.js';
import type { Instant } from '../kernel/clock.js';
import { ACCOUNT_CODES, ACCOUNT_FLAGS, type AccountKey } from './accounts.js';
import { pgArray, pgTextArray } from './pg-array.js';
import {
  TRANSFER_CODES,
  TRANSFER_KINDS,
  type TransferId,
  type TransferRequest,
  type TransferResult,
} from './transfers.js';

/** An account's row: the counters only grow, but for pending amounts that were resolved. */
export interface Counters {
  readonly debits_pending: bigint;
  readonly debits_posted: bigint;
  readonly credits_pending: bigint;
  readonly credits_posted: bigint;
}

/** Opens what is missing and answers the ids in the order asked. Repeatable. */
export async function openAccounts(tx: Tx, keys: readonly AccountKey[]): Promise<bigint[]> {
  const codes = keys.map((key) => ACCOUNT_CODES[key.code]);
  const [row] = await sql<{ ids: bigint[] }>(tx, 'SELECT ledger_open_accounts($1, $2, $3, $4) AS ids', [
    pgArray(keys.map((key) => key.ledger)),
    pgArray(codes.map(({ code }) => code)),
    pgTextArray(keys.map((key) => key.owner)),
    pgArray(codes.map(({ flags }) => flags)),
  ]);
  assert(row?.ids?.length === keys.length, 'an account was not opened');
  return row.ids;
}

/** One word for each transfer, in order. Locks every touched account until the transaction ends. */
export async function postBatch(tx: Tx, now: Instant, batch: readonly TransferRequest[]): Promise<TransferResult[]> {
  const [row] = await sql<{ results: TransferResult[] }>(
    tx,
    'SELECT ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS results',
    [
      new Date(now),
      pgArray(batch.map(({ id }) => uuidOf(id))),
      pgArray(batch.map(({ kind }) => TRANSFER_KINDS[kind])),
      pgArray(batch.map(({ debit }) => debit)),
      pgArray(batch.map(({ credit }) => credit)),
      pgArray(batch.map(({ amount }) => amount)),
      pgArray(batch.map(({ code }) => TRANSFER_CODES[code])),
      pgArray(batch.map(({ pending_id }) => (pending_id === undefined ? null : uuidOf(pending_id)))),
      pgArray(
        batch.map(({ expires_at }) => (expires_at === undefined ? null : `"${new Date(expires_at).toISOString()}"`)),
      ),
      pgArray(batch.map(({ linked }) => (linked ? true : null))),
      pgTextArray(batch.map(({ reference }) => reference ?? null)),
      pgTextArray(batch.map(({ correlation }) => correlation ?? null)),
    ],
  );
  return row!.results;
}

/** Null for an account that was never opened. */
export async function readCounters(tx: Tx, key: AccountKey): Promise<Counters | null> {
  const rows = await sql<Counters & { id: bigint }>(
    tx,
    `SELECT debits_pending, debits_posted, credits_pending, credits_posted FROM ledger_account WHERE (owner, code, ledger) = ($1, $2, $3)`,
    [key.owner, ACCOUNT_CODES[key.code].code, key.ledger],
  );
  return rows[0] ?? null;
}

/** What an account with history said after the last batch written at or before `at`; null when there was none. */
export async function readCountersAt(tx: Tx, key: AccountKey, at: Instant): Promise<Counters | null> {
  const rows = await sql<Counters & { id: bigint }>(
    tx,
    `SELECT h.debits_pending, h.debits_posted, h.credits_pending, h.credits_posted
       FROM ledger_account a JOIN ledger_history h ON h.account = a.id
      WHERE (a.owner, a.code, a.ledger) = ($1, $2, $3) AND h.created_at <= $4 ORDER BY h.batch_id DESC LIMIT 1`,
    [key.owner, ACCOUNT_CODES[key.code].code, key.ledger, new Date(at)],
  );
  return rows[0] ?? null;
}

/** Opens or closes an account for new transfers. Waits for transfers in progress. */
export async function setClosed(tx: Tx, id: bigint, closed: boolean): Promise<void> {
  const bit = ACCOUNT_FLAGS.closed;
  await sql(
    tx,
    `UPDATE ledger_account SET flags = CASE WHEN $2 THEN flags | ${bit} ELSE flags & ~${bit} END WHERE id = $1`,
    [id, closed],
  );
}

/** Pending transfers whose time has come, oldest first. */
export async function duePending(tx: Tx, now: Instant, limit: number): Promise<TransferId[]> {
  const rows = await sql<{ id: string }>(
    tx,
    `SELECT id FROM ledger_pending WHERE state = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`,
    [new Date(now), limit],
  );
  return rows.map(({ id }) => transferIdOf(id));
}

/** Puts up to `limit` committed batches into the hash chain; answers how many. */
export async function sealBatches(tx: Tx, limit: number): Promise<number> {
  const [row] = await sql<{ sealed: number }>(tx, 'SELECT ledger_seal($1) AS sealed', [limit]);
  return row!.sealed;
}

export const uuidOf = (id: TransferId): string => id.slice('trf_'.length);
export const transferIdOf = (uuid: string): TransferId => `trf_${uuid.replaceAll('-', '')}` as TransferId;
