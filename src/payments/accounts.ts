import type { Mode } from '@groundtruth/sdk/protocol';
import { ledgerOf, type AccountKey } from '../ledger/index.js';

/** Ledger accounts of the balance rail, one set per mode: test money and live money have no account in common. */
export function accountsOf(mode: Mode) {
  const ledger = ledgerOf(mode, FUND[mode]);
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
  };
}

/** The fund behind the balance rail of a mode. */
export const FUND = { test: 'sandbox', live: 'card' } as const satisfies Record<Mode, string>;
