export { ACCOUNT_CODES, type AccountCode, type AccountKey } from './accounts.js';
export type { Balance } from './balance.js';
export type { BooksFault, BooksReport, LedgerTotals } from './books.js';
export { LedgerBatcher } from './ledger.batcher.js';
export { LedgerModule } from './ledger.module.js';
export { LedgerService } from './ledger.service.js';
export { LedgerSweep } from './ledger.sweep.js';
export { ledgerOf, type Fund, type LedgerNumber } from './ledgers.js';
export type { StatementPage } from './statement.js';
export {
  TRANSFER_CODES,
  transferId,
  type Transfer,
  type TransferCode,
  type TransferId,
  type TransferKind,
  type TransferRequest,
  type TransferResult,
} from './transfers.js';
