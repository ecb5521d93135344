import type { Mode } from '@groundtruth/sdk/protocol';
import { ledgerOf, type AccountKey } from '../../ledger/index.js';

/**
 * Accounts of the card ledger that payouts touch. `platform` is our Stripe balance to the cent; `connected` what Stripe holds for contributors,
 * on their accounts and on the way to their banks, and is the sum of all `inTransit`.
 */
export function cardAccountsOf(mode: Mode) {
  const ledger = ledgerOf(mode, 'card');
  const key = (code: AccountKey['code'], owner: string): AccountKey => ({ ledger, code, owner });
  return {
    platform: () => key('card_balance', ''),
    connected: () => key('card_balance', 'connected'),
    payable: (contributorId: string) => key('contributor_payable', contributorId),
    inTransit: (contributorId: string) => key('contributor_in_transit', contributorId),
    costs: () => key('rail_costs', ''),
    losses: () => key('platform_losses', ''),
    lossReserve: () => key('loss_reserve', ''),
  };
}
