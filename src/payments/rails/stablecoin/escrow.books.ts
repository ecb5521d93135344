import type { AccountKey, LedgerService, TransferCode } from '../../../ledger/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { FUNDS, accountsOf } from '../../accounts.js';
import type { EntryRow } from './entry.entity.js';

/** One thing that moved, from account to account. */
export type Move = readonly [debit: AccountKey, credit: AccountKey, amount: bigint, code: TransferCode];

/** The ledger accounts of an entry's money. */
export function accountsOfEntry({ mode, bounty_id }: Pick<EntryRow, 'mode' | 'bounty_id'>) {
  const accounts = accountsOf(mode, FUNDS.stablecoin[mode]);
  const bounty = accounts.bounty(bounty_id);
  return {
    escrow: accounts.chain('escrow'),
    fee_address: accounts.chain('fee_address'),
    payable: accounts.payable,
    bounty,
    returning: accounts.returning(bounty_id),
    /** What is owed for this bounty and the escrow does not hold: its tokens left by a way that no release and no statement names. */
    losses: { ...bounty, code: 'platform_losses' } as AccountKey,
  };
}

/** Tokens came into the entry: they make good what it lacks, then they are the bounty's, or the funder's once the rest is on its way back. */
export async function cameIn(
  tx: Tx,
  ledger: LedgerService,
  entry: EntryRow,
  amount: bigint,
  code: TransferCode,
): Promise<Move[]> {
  const { escrow, losses, returning, bounty } = accountsOfEntry(entry);
  const { posted: lacking } = await ledger.balance(tx, losses);
  const refilled = least(amount, lacking);
  return [
    [escrow, losses, refilled, 'correction'],
    [escrow, entry.owed_total === null ? bounty : returning, amount - refilled, code],
  ];
}

/** Tokens left the entry, of which nobody was owed any but its funder. What neither account covers was owed to contributors, and stays so. */
export async function wentOut(
  tx: Tx,
  ledger: LedgerService,
  entry: EntryRow,
  amount: bigint,
  code: TransferCode,
): Promise<Move[]> {
  const { escrow, losses, returning, bounty } = accountsOfEntry(entry);
  const moves: Move[] = [];
  let left = amount;
  for (const account of [returning, bounty]) {
    const part = least(left, await ledger.available(tx, account));
    moves.push([account, escrow, part, code]);
    left -= part;
  }
  return [...moves, [losses, escrow, left, 'loss_cover']];
}

const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);
