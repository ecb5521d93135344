import { testDatabase, type TestDatabase } from '../../../test/support/postgres.js';
import { assert } from '../../kernel/assert.js';
import { ManualClock } from '../../kernel/clock.js';
import type { Tx } from '../../platform/database/index.js';
import { ACCOUNT_CODES, type AccountCode, type AccountKey } from '../accounts.js';
import { LedgerService } from '../ledger.service.js';
import type { Counters } from '../ledger.repository.js';
import type { LedgerNumber } from '../ledgers.js';
import { transferId, type TransferRequest, type TransferResult } from '../transfers.js';
import { PLACES, type World } from './batches.js';
import { LedgerModel, type ModelAccount } from './ledger.model.js';

const START = Date.parse('2026-11-21T06:00:00Z');

/** Two unguarded accounts, guarded ones of both kinds, one closed, one of another ledger, and one place that has no account. */
const WORLD: readonly (readonly [LedgerNumber, AccountCode])[] = [
  [1, 'sandbox_issuer'], [1, 'agent_available'], [1, 'bounty'], [1, 'contributor_payable'], [1, 'fees'], [1, 'chain_balance'],
  [1, 'platform_losses'], [2, 'agent_available'],
]; // prettier-ignore
const CLOSED = WORLD.findIndex(([, code]) => code === 'platform_losses');
const NO_ACCOUNT = 9_000_000_000n;

export interface LedgerFixture {
  readonly db: TestDatabase;
  readonly clock: ManualClock;
  readonly ledger: LedgerService;
  /** Posts in a transaction of its own. */
  post(transfers: readonly TransferRequest[]): Promise<TransferResult[]>;
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** A fresh set of accounts, some funded with 100, and the model of it. Worlds share a database and nothing else. */
  world(): Promise<{ world: World; model: LedgerModel }>;
  countersOf(accounts: readonly bigint[]): Promise<Map<bigint, Counters>>;
}

/** A ledger on a real database, with a clock that stands still. */
export async function ledgerFixture(): Promise<LedgerFixture> {
  const db = await testDatabase();
  const clock = new ManualClock(START);
  const ledger = new LedgerService(clock);
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => db.unitOfWork.run(work);
  const post = (transfers: readonly TransferRequest[]) => run((tx) => ledger.post(tx, transfers));
  let worlds = 0;

  const world = async () => {
    const name = `world ${(worlds += 1)}`;
    const keys = WORLD.map(([number, code]): AccountKey => ({ ledger: number, code, owner: name }));
    const ids = await run((tx) => ledger.accounts(tx, keys));
    const opened = new Map<bigint, ModelAccount>(
      keys.map((key, place) => [
        ids[place]!,
        { ledger: key.ledger, flags: ACCOUNT_CODES[key.code].flags | (place === CLOSED ? 8 : 0) },
      ]),
    );
    await run((tx) => ledger.close(tx, keys[CLOSED]!));
    const model = new LedgerModel(opened);
    const funding = [1, 2, 3].map((place) => single(transferId(name, `fund ${place}`), ids[0]!, ids[place]!, 100n));
    assert(
      (await post(funding)).every((result) => result === 'ok'),
      'the world could not be funded',
    );
    model.post(funding, clock.now());
    const accounts = [...ids, NO_ACCOUNT];
    assert(accounts.length === PLACES, 'the generators know another world');
    return { world: { name, accounts, start: clock.now() }, model };
  };

  const countersOf = (accounts: readonly bigint[]) =>
    run(async (tx) => {
      const rows: (Counters & { id: bigint })[] = await tx.query(
        'SELECT id, debits_pending, debits_posted, credits_pending, credits_posted FROM ledger_account WHERE id = ANY ($1)',
        [accounts],
      );
      return new Map(rows.map(({ id, ...counters }) => [id, counters]));
    });

  return { db, clock, ledger, post, run, world, countersOf };
}

/** A plain movement of money. */
export function single(id: TransferRequest['id'], debit: bigint, credit: bigint, amount: bigint): TransferRequest {
  return { id, kind: 'single', debit, credit, amount, code: 'correction' };
}
