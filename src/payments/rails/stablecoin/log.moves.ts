import { transferId, type LedgerService, type TransferRequest } from '../../../ledger/index.js';
import type { ChainLog } from '../../../platform/chain/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { linked, single } from '../../linked.js';
import type { Move } from './escrow.books.js';

/** How a log is named in our rows: a block hash names its block for ever. */
export const nameOf = ({ block_hash, log_index }: ChainLog): string => `${block_hash}:${log_index}`;

/**
 * Posts what a log moved, or moved back, all or nothing. Its transfers' ids follow from the log and how often its block came back, so
 * posting it twice is posting it once. `correlation`: what of ours it belongs to.
 */
export async function postMoves(
  tx: Tx,
  ledger: LedgerService,
  log: ChainLog,
  what: 'apply' | 'reverse',
  correlation: string,
  moves: readonly Move[],
): Promise<void> {
  const moved = moves.filter(([, , amount]) => amount > 0n);
  const ids = await ledger.accounts(
    tx,
    moved.flatMap(([debit, credit]) => [debit, credit]),
  );
  const transfers = moved.map(([, , amount, code], i): TransferRequest => ({
    ...single(transferId(`${nameOf(log)}:${log.round}`, `${what}:${i}`), ids[2 * i]!, ids[2 * i + 1]!, amount),
    code,
    correlation,
    reference: log.tx_hash,
  }));
  await ledger.postOrThrow(tx, linked(transfers));
}
