import type { TransferId, TransferRequest } from '../ledger/index.js';

/** All of them or none. */
export const linked = (transfers: readonly TransferRequest[]): TransferRequest[] =>
  transfers.map((transfer, index) => ({ ...transfer, linked: index < transfers.length - 1 }));

/** The part of a transfer that says how much moves from where to where. */
export function single(id: TransferId, debit: bigint, credit: bigint, amount: bigint) {
  return { id, kind: 'single' as const, debit, credit, amount };
}
