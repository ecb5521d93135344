import { FUNDS, type HeldBounty } from '../payments/index.js';
import type { BountyRow } from './bounty.entity.js';
import { termsFromRow } from './bounty.terms.js';

/** The bounty as its rail sees it. */
export function heldBounty(row: BountyRow): HeldBounty {
  const { rail } = termsFromRow(row);
  const fund = row.fund ?? FUNDS[rail][row.mode];
  return { mode: row.mode, bounty_id: row.id, agent_id: row.agent_id, rail, fund };
}

/** The wallet that pays for a bounty on chain; null on the balance rail. */
export function payerOf(row: BountyRow) {
  const { payer } = termsFromRow(row);
  return payer ? { address: payer.address, refund_to: payer.refund_to ?? payer.address } : null;
}

/** The prepaid money that a dispute over this bounty is paid in: its own, or the mode's first when it was funded on chain. */
export const claimFund = (row: BountyRow) => row.fund ?? FUNDS.balance[row.mode];
