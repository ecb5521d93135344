import {
  formatAmount,
  toWireTime,
  type AvailableAction,
  type Bounty,
  type EscrowEntry,
} from '@groundtruth/sdk/protocol';
import type { BountyRow } from './bounty.entity.js';
import type { Principal } from '../identity/index.js';

/** What an owner may do in each state; contributors may reserve while it is open. */
const OWNER_ACTIONS = {
  draft: ['fund', 'cancel'],
  open: ['cancel'],
  suspended: ['cancel'],
  closing: [],
  closed: [],
} as const;

/** What only a bounty's owner sees of its money. */
interface Money {
  readonly held: bigint;
  readonly escrow: EscrowEntry | null;
}

/** A bounty as the wire shows it. `money` is null for anyone but its owner. */
export function bountyView(row: BountyRow, viewer: Principal, money: Money | null): Bounty {
  const owner = viewer.id === row.agent_id || viewer.role === 'operator';
  const free = row.state === 'open' ? row.quantity - row.reserved - row.settled : 0;
  return {
    id: row.id,
    mode: row.mode,
    state: row.state,
    outcome: row.state === 'closed' ? row.outcome : null,
    deadline_at:
      row.state === 'closed' ? null : toWireTime(row.state === 'closing' ? endOfClosing(row) : row.closes_at),
    on_silence: ON_SILENCE[row.state],
    available_actions: actions(row, owner, viewer, free),
    terms: row.terms,
    untrusted_fields: ['terms.title', 'terms.instructions'],
    price_now: formatAmount(row.price),
    currency: row.currency,
    slots: { quantity: row.quantity, reserved: row.reserved, settled: row.settled, free },
    held: money && formatAmount(money.held),
    escrow: money && money.escrow,
    created_at: toWireTime(row.created_at),
  };
}

const ON_SILENCE = {
  draft: 'At the deadline the draft is closed as expired; nothing was held.',
  open: 'At the deadline no new work is taken; what is in flight is decided and paid, the rest returns to the requester.',
  suspended: 'At the deadline it starts to close, as an open bounty does.',
  closing:
    'It closes once nothing is reserved or undecided and no rejection can be appealed; then the rest of the hold returns to the requester.',
  closed: null,
} as const;

/** The earliest moment a closing bounty may be over, as far as is known: undecided captures can move it. */
function endOfClosing({ uploads_until, appealable_until }: BountyRow): number {
  return Math.max(uploads_until, appealable_until ?? 0);
}

function actions(row: BountyRow, owner: boolean, viewer: Principal, free: number): AvailableAction[] {
  const post = (action: string, path = action) => ({ action, method: 'POST', path: `/v1/bounties/${row.id}/${path}` });
  if (owner && viewer.role === 'agent') return OWNER_ACTIONS[row.state].map((action) => post(action));
  return viewer.role === 'contributor' && free > 0 ? [post('reserve', 'reservations')] : [];
}
