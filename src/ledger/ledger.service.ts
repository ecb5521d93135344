import { Injectable } from '@nestjs/common';
import { formatAmount } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';
import { Clock, type Instant } from '../kernel/clock.js';
import { DomainError } from '../kernel/problem.js';
import type { Tx } from '../platform/database/index.js';
import type { AccountKey } from './accounts.js';
import { type Balance, balanceOf } from './balance.js';
import { auditBooks, type BooksReport } from './books.js';
import {
  duePending,
  openAccounts,
  postBatch,
  readCounters,
  readCountersAt,
  sealBatches,
  setClosed,
} from './ledger.repository.js';
import type { LedgerNumber } from './ledgers.js';
import { readStatement, type StatementPage } from './statement.js';
import { type Transfer, transferId, type TransferId, type TransferRequest, type TransferResult } from './transfers.js';

/** Transfers in one call: beyond this a batch gains nothing and only holds its locks longer. */
export const BATCH_TRANSFERS_MAX = 8_192;
const EXPIRED_PER_PASS_MAX = 512;
const SEALED_PER_PASS_MAX = 10_000;

/**
 * The double-entry ledger: the only code that changes a balance. Everything happens in the caller's transaction, so money commits with the
 * state it pays for. Touched accounts stay locked until that transaction ends: post last.
 */
@Injectable()
export class LedgerService {
  constructor(private readonly clock: Clock) {}

  /** The id of the account with this key; opened when missing. Repeatable. */
  async account(tx: Tx, key: AccountKey): Promise<bigint> {
    return (await openAccounts(tx, [key]))[0]!;
  }

  /** As `account` for several keys at once, in the order asked. */
  async accounts(tx: Tx, keys: readonly AccountKey[]): Promise<bigint[]> {
    return keys.length === 0 ? [] : openAccounts(tx, keys);
  }

  /**
   * Posts transfers as if one after the other and answers one word for each, in order. A refused transfer changes nothing and stops no other,
   * except in its own chain. Repeatable: an id that was posted before answers `exists`.
   */
  async post(tx: Tx, transfers: readonly TransferRequest[]): Promise<TransferResult[]> {
    assert(transfers.length <= BATCH_TRANSFERS_MAX, `a batch holds at most ${BATCH_TRANSFERS_MAX} transfers`);
    return transfers.length === 0 ? [] : postBatch(tx, this.clock.now(), transfers);
  }

  /**
   * As `post`, and every transfer must be there afterwards. What was posted before counts.
   * @throws {DomainError} `insufficient_funds` when a guarded account does not cover one.
   * @throws {AssertionFailed} for any other answer: the caller asked for something impossible.
   */
  async postOrThrow(tx: Tx, transfers: readonly TransferRequest[]): Promise<void> {
    const results = await this.post(tx, transfers);
    const failed = results.findIndex((result) => !['ok', 'exists', 'linked_failed'].includes(result));
    if (failed === -1) return;
    const { id, code, amount } = transfers[failed]!;
    const result = results[failed]!;
    if (result === 'exceeds_credits' || result === 'exceeds_debits') {
      throw new DomainError('insufficient_funds', `the account does not cover ${formatAmount(amount)}`, {
        transfer: code,
      });
    }
    assert(false, `transfer ${id} (${code}) was refused: ${result}`);
  }

  /** What an account holds; all zero when it was never opened. */
  async balance(tx: Tx, key: AccountKey): Promise<Balance> {
    return balanceOf(key.code, await readCounters(tx, key));
  }

  /** What a transfer could take from an account now, in micros. */
  async available(tx: Tx, key: AccountKey): Promise<bigint> {
    return (await this.balance(tx, key)).available;
  }

  /** What an account held at an instant. Only for accounts whose kind keeps history; zero before their first transfer. */
  async balanceAt(tx: Tx, key: AccountKey, at: Instant): Promise<Balance> {
    return balanceOf(key.code, await readCountersAt(tx, key, at));
  }

  /** The transfers that touched an account, newest first. */
  async transfers(tx: Tx, account: bigint, page: StatementPage): Promise<Transfer[]> {
    return readStatement(tx, account, page);
  }

  /** Stops an account from taking part in new transfers; pending ones can still be voided or expire. Repeatable. */
  async close(tx: Tx, key: AccountKey): Promise<void> {
    await setClosed(tx, await this.account(tx, key), true);
  }

  /** Undoes `close`. Repeatable. */
  async reopen(tx: Tx, key: AccountKey): Promise<void> {
    await setClosed(tx, await this.account(tx, key), false);
  }

  /** Frees pending transfers whose time has come, at most 512 a call, and answers how many it freed. Others may resolve them meanwhile. */
  async expirePending(tx: Tx, now: Instant): Promise<number> {
    const due = await duePending(tx, now, EXPIRED_PER_PASS_MAX);
    if (due.length === 0) return 0;
    const results = await postBatch(tx, now, due.map(expiryOf));
    return results.filter((result) => result === 'ok').length;
  }

  /** Puts committed batches into the hash chain, at most 10,000 a call, and answers how many. One transaction seals at a time; others answer 0. */
  async seal(tx: Tx): Promise<number> {
    return sealBatches(tx, SEALED_PER_PASS_MAX);
  }

  /** Replays every transfer, checks every rule of the books and verifies the hash chain. Reads the whole ledger. */
  async booksBalance(tx: Tx, ledger?: LedgerNumber): Promise<BooksReport> {
    return auditBooks(tx, ledger);
  }
}

function expiryOf(pending_id: TransferId): TransferRequest {
  return {
    id: transferId(pending_id, 'expire'),
    kind: 'expire',
    debit: 0n,
    credit: 0n,
    amount: 0n,
    code: 'hold_expiry',
    pending_id,
  };
}
