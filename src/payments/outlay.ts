import { ACCOUNT_CODES, TRANSFER_CODES } from '../ledger/index.js';
import { sqlOne, type Tx } from '../platform/database/index.js';

/** What bounties were given, less what came back to who funded them, together, in micros: what they hold or have spent. */
export async function outlayOf(tx: Tx, bountyIds: readonly string[]): Promise<bigint> {
  const row = await sqlOne<{ outlay: bigint }>(tx, OUTLAY, [bountyIds]);
  return row!.outlay;
}

const OUTLAY = `
  WITH bounty AS (SELECT id FROM ledger_account WHERE owner = ANY($1) AND code = ${ACCOUNT_CODES.bounty.code}),
  moved AS (
    SELECT t.amount FROM ledger_transfer t JOIN bounty b ON t.credit = b.id WHERE t.code = ${TRANSFER_CODES.bounty_hold}
    UNION ALL
    SELECT -t.amount FROM ledger_transfer t JOIN bounty b ON t.debit = b.id
     WHERE t.code IN (${TRANSFER_CODES.bounty_refund}, ${TRANSFER_CODES.pledge_return})
  )
  SELECT coalesce(sum(amount), 0)::bigint AS outlay FROM moved`;
