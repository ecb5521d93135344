import { formatAmount, reasonProblem, toWireTime, type EscrowEntry } from '@groundtruth/sdk/protocol';
import type { EntryRow } from './entry.entity.js';

/** An entry as its requester sees it. */
export function entryView(row: EntryRow): EscrowEntry {
  return {
    entry: row.id,
    state: row.state,
    chain: row.chain,
    terms: row.terms,
    amount: formatAmount(row.amount),
    valid_before: toWireTime(row.valid_before),
    transaction: row.transaction,
    reason: row.reason,
    problem: row.reason === null ? null : reasonProblem(row.reason),
  };
}
