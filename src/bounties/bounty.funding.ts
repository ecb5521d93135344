import type { HeldBounty } from '../payments/index.js';
import type { BountyRow } from './bounty.entity.js';
import { termsFromRow } from './bounty.terms.js';

/** The bounty as its rail sees it. */
export const heldBounty = (row: BountyRow): HeldBounty => ({
  mode: row.mode,
  bounty_id: row.id,
  agent_id: row.agent_id,
  rail: termsFromRow(row).rail,
});

/** The wallet that pays for a bounty on chain; null on the balance rail. */
export function payerOf(row: BountyRow) {
  const { payer } = termsFromRow(row);
  return payer ? { address: payer.address, refund_to: payer.refund_to ?? payer.address } : null;
}
