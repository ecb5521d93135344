import { randomUUID } from 'node:crypto';
import { LedgerService, type AccountKey, type TransferId, type TransferRequest } from '../../src/ledger/index.js';
import type { UnitOfWork } from '../../src/platform/database/index.js';
import { SystemClock } from '../../src/platform/time.js';

/** Accounts the transfers are spread over, as in pgledger's own check. */
const ACCOUNTS = 1_000;
/** What each account starts with: more than any run spends. */
const FUNDS = 10n ** 12n;

export interface World {
  /** Guarded accounts, funded. */
  readonly accounts: readonly bigint[];
  /** The account on which the hot contenders all meet. */
  readonly hot: bigint;
}

export async function openWorld(unitOfWork: UnitOfWork): Promise<World> {
  const ledger = new LedgerService(new SystemClock());
  const agents = Array.from({ length: ACCOUNTS }, (_, index): AccountKey => ({
    ledger: 1,
    code: 'agent_available',
    owner: `bench ${index}`,
  }));
  return unitOfWork.run(async (tx) => {
    const [issuer, hot] = (await ledger.accounts(tx, [
      { ledger: 1, code: 'sandbox_issuer', owner: '' },
      { ledger: 1, code: 'fees', owner: '' },
    ])) as [bigint, bigint];
    const accounts = await ledger.accounts(tx, agents);
    await ledger.postOrThrow(
      tx,
      accounts.map((account) => transfer(issuer, account, FUNDS)),
    );
    return { accounts, hot };
  });
}

/** A new transfer. The id is random here, since deriving it is the caller's work on every path. */
export function transfer(debit: bigint, credit: bigint, amount: bigint): TransferRequest {
  return { id: newId(), kind: 'single', debit, credit, amount, code: 'correction' };
}

export const newId = (): TransferId => `trf_${randomUUID().replaceAll('-', '')}` as TransferId;

/** Two different accounts. */
export function pairOf<T>(accounts: readonly T[]): [T, T] {
  const one = Math.floor(Math.random() * accounts.length);
  const step = 1 + Math.floor(Math.random() * (accounts.length - 1));
  return [accounts[one]!, accounts[(one + step) % accounts.length]!];
}
