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

/** Ledger accounts of a rail, one set per mode: test money and live money have no account in common. */
export function accountsOf(mode: Mode, rail: RailName = 'balance') {
  const ledger = ledgerOf(mode, FUNDS[rail][mode]);
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
    /** Tokens that a contract of ours, or the address that takes our fees, holds. */
    chain: (holder: ChainHolder) => key('chain_balance', holder),
    /** What somebody claimed from the Distributor by a root that is not of our making. */
    foreignClaims: () => key('platform_losses', 'foreign_claims'),
    /** What a closing statement returns to the funder and the chain has not shown yet. */
    returning: (bountyId: string) => key('funder_in_transit', bountyId),
  };
}

export type ChainHolder = 'escrow' | 'distributor' | 'fee_address';
