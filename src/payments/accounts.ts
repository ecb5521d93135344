import type { Mode } from '@groundtruth/sdk/protocol';
import { ledgerOf, type AccountKey, type Fund } from '../ledger/index.js';

/** By which rail the money of a bounty moves. */
export type RailName = 'balance' | 'stablecoin';

/** The fund behind each rail of a mode: a ledger of its own, which trades with no other. */
export const FUNDS = {
  balance: { test: 'sandbox', live: 'card' },
  stablecoin: { test: 'test_usd', live: 'usdc' },
} as const satisfies Record<RailName, Record<Mode, Fund>>;

/** The fund behind the balance rail of a mode. */
export const FUND = FUNDS.balance;

/** The funds that the balance rail of a mode can spend, the one that is spent first before the others. They never mix in one bounty or read. */
export const PREPAID_FUNDS = { test: ['sandbox', 'card'], live: ['card'] } as const satisfies Record<
  Mode,
  readonly Fund[]
>;

/** Ledger accounts of a fund; by default of the prepaid one of the mode. Test money and live money have no account in common. */
export function accountsOf(mode: Mode, fund: Fund = FUND[mode]) {
  const ledger = ledgerOf(mode, fund);
  const key = (code: AccountKey['code'], owner: string): AccountKey => ({ ledger, code, owner });
  return {
    /** Where sandbox dollars come from; may go below zero, for they are promised by nobody. */
    issuer: () => key('sandbox_issuer', ''),
    available: (agentId: string) => key('agent_available', agentId),
    bounty: (bountyId: string) => key('bounty', bountyId),
    payable: (contributorId: string) => key('contributor_payable', contributorId),
    fees: () => key('fees', ''),
    /** A share of fees kept for upheld disputes; guarded, so never below zero. */
    lossReserve: () => key('loss_reserve', ''),
    /** Money at the card processor. */
    processor: () => key('card_balance', ''),
    /** What banks took back of card payments, between that and who bears it. */
    disputesClearing: () => key('disputes_clearing', ''),
    /** What the platform pays out of its own pocket for card payments that were taken back. */
    losses: () => key('platform_losses', ''),
    /** What the card processor charges. */
    railCosts: () => key('rail_costs', ''),
    /** Tokens that a contract of ours, or an address that takes money for us, holds. */
    chain: (holder: ChainHolder) => key('chain_balance', holder),
    /** What somebody claimed from the Distributor by a root that is not of our making. */
    foreignClaims: () => key('platform_losses', 'foreign_claims'),
    /** What somebody has earned from reads that were paid on chain, contributor or funder. */
    readEarnings: (owner: string) => key('feed_owner_payable', owner),
    /** The platform's part of those reads, what it keeps of it for channels that were emptied, and what that did not cover. */
    readFees: () => key('fees', 'reads'),
    readReserve: () => key('loss_reserve', 'reads'),
    readLosses: () => key('platform_losses', 'reads'),
    /** What a closing statement returns to the funder and the chain has not shown yet. */
    returning: (bountyId: string) => key('funder_in_transit', bountyId),
  };
}

/** `channels`: what vouchers let us take and has not been paid out; `reads`: the address that reads are paid to. */
export type ChainHolder = 'escrow' | 'distributor' | 'fee_address' | 'channels' | 'reads';
