import { PLEDGE_HUNDREDTHS_MIN, allocate, formatAmount, mulCeil } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/problem.js';
import type { Principal } from '../../identity/index.js';
import type { BountyRow } from '../bounty.entity.js';
import { holdOf } from '../bounty.rules.js';
import { termsFromRow } from '../bounty.terms.js';
import type { PledgeRow } from './pledge.entity.js';

/** Until when a bounty has to be covered by pledges; null for one that takes none. */
export function gathersUntil(row: Pick<BountyRow, 'terms' | 'closes_at'>): Instant | null {
  const { pledges } = termsFromRow(row);
  return pledges ? (pledges.deadline_at ?? row.closes_at) : null;
}

/** When a bounty ends by itself: a draft that gathers pledges at their deadline, any other when its window closes. */
export function endsAt(row: BountyRow): Instant {
  return row.state === 'draft' ? (gathersUntil(row) ?? row.closes_at) : row.closes_at;
}

/** What has to be there for a bounty to open: price cap and fee of every slot, in micros. */
export const thresholdOf = ({ price_cap, fee_cap, quantity }: BountyRow): bigint =>
  holdOf(price_cap, fee_cap, quantity);

/** Whether a bounty exists for this caller: a draft is its requester's alone, unless it asks other agents for pledges. */
export function isVisible(row: BountyRow, caller: Principal): boolean {
  if (row.mode !== caller.mode) return false;
  if (row.state !== 'draft' || row.agent_id === caller.id || caller.role === 'operator') return true;
  return caller.role === 'agent' && gathersUntil(row) !== null;
}

/** @throws {DomainError} `pledge_out_of_range` for more than is missing, or for less than a hundredth of the threshold when more is missing. */
export function checkAmount(amount: bigint, threshold: bigint, missing: bigint): void {
  const part = mulCeil(threshold, PLEDGE_HUNDREDTHS_MIN, 100n);
  const least = part < missing ? part : missing;
  if (amount <= missing && amount >= least) return;
  throw new DomainError(
    'pledge_out_of_range',
    `from ${formatAmount(least)} to ${formatAmount(missing)} can be pledged`,
    {
      param: 'amount',
      least: formatAmount(least),
      missing: formatAmount(missing),
    },
  );
}

/** What comes back of each of one agent's pledges, of what comes back to it in all: by their amounts, exact to the micro. */
export function returnedOf(total: bigint, pledges: readonly PledgeRow[]): { pledge: PledgeRow; returned: bigint }[] {
  const parts = allocate(
    total,
    pledges.map(({ amount }) => amount),
  );
  return pledges.map((pledge, index) => ({ pledge, returned: parts[index]! }));
}
