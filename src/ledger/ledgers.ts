import type { Currency, Mode } from '@groundtruth/sdk/protocol';
import { assert } from '../kernel/assert.js';

/** One ledger per mode, rail and asset (table `ledger_asset`). Accounts of different ledgers never trade, so card money cannot leave by chain. */
export const LEDGERS = {
  1: { mode: 'test', fund: 'sandbox', currency: 'USD' },
  2: { mode: 'test', fund: 'card', currency: 'USD' },
  3: { mode: 'test', fund: 'test_usd', currency: 'USDC' },
  11: { mode: 'live', fund: 'card', currency: 'USD' },
  12: { mode: 'live', fund: 'usdc', currency: 'USDC' },
} as const satisfies Record<number, { mode: Mode; fund: string; currency: Currency }>;

export type LedgerNumber = keyof typeof LEDGERS;
/** Where money on a ledger came from. Names one ledger within a mode. */
export type Fund = (typeof LEDGERS)[LedgerNumber]['fund'];

export const LEDGER_NUMBERS = Object.keys(LEDGERS).map(Number) as LedgerNumber[];

/** The ledger of a fund in a mode. @throws {AssertionFailed} for a fund the mode does not have, such as sandbox money in live mode. */
export function ledgerOf(mode: Mode, fund: Fund): LedgerNumber {
  const number = LEDGER_NUMBERS.find((ledger) => LEDGERS[ledger].mode === mode && LEDGERS[ledger].fund === fund);
  assert(number !== undefined, `${mode} mode has no fund ${fund}`);
  return number;
}
