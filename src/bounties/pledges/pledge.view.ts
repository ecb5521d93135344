import { formatAmount, toWireTime, type Pledge } from '@groundtruth/sdk/protocol';
import type { BountyRow } from '../bounty.entity.js';
import { gathersUntil } from './gathering.rules.js';
import type { PledgeRow } from './pledge.entity.js';

/** A pledge as its agent sees it. */
export function pledgeView(row: PledgeRow, bounty: BountyRow): Pledge {
  const until = row.state === 'held' && bounty.state === 'draft' ? gathersUntil(bounty) : null;
  return {
    id: row.id,
    bounty_id: row.bounty_id,
    state: row.state,
    deadline_at: until === null ? null : toWireTime(until),
    on_silence: row.state === 'held' ? ON_SILENCE[until === null ? 'open' : 'gathering'] : null,
    available_actions: until === null ? [] : [{ action: 'withdraw', method: 'DELETE', path: `/v1/pledges/${row.id}` }],
    amount: formatAmount(row.amount),
    currency: bounty.currency,
    returned: row.returned === null ? null : formatAmount(row.returned),
    created_at: toWireTime(row.created_at),
  };
}

const ON_SILENCE = {
  gathering: 'At the deadline the pledge returns in full, unless the bounty is open by then.',
  open: 'When the bounty closes, what it has not spent returns to its funders by what each gave.',
} as const;
