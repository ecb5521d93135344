import {
  formatAmount,
  toWireTime,
  type AvailableAction,
  type Bounty,
  type BountyTerms,
  type EscrowEntry,
  type Gathering,
} from '@groundtruth/sdk/protocol';
import type { BountyRow } from './bounty.entity.js';
import type { Instant } from '../kernel/clock.js';
import type { Principal } from '../identity/index.js';
import { priceNow } from './bounty.price.js';
import { freeSlots } from './agreement/overlap.rules.js';
import { termsFromRow, wayOf, type Way } from './bounty.terms.js';
import { endsAt, gathersUntil } from './pledges/gathering.rules.js';

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

interface Paid {
  /** Null for anyone but its owner. */
  readonly money: Money | null;
  /** How far its pledges are; null for a bounty that takes none. */
  readonly pledges: Gathering | null;
}

/** A bounty as the wire shows it. */
export function bountyView(row: BountyRow, viewer: Principal, { money, pledges }: Paid, now: Instant): Bounty {
  const owner = viewer.id === row.agent_id || viewer.role === 'operator';
  const free = row.state === 'open' ? freeSlots(row) : 0;
  const terms = termsFromRow(row);
  return {
    id: row.id,
    mode: row.mode,
    state: row.state,
    outcome: row.state === 'closed' ? row.outcome : null,
    deadline_at: row.state === 'closed' ? null : toWireTime(row.state === 'closing' ? endOfClosing(row) : endsAt(row)),
    on_silence: ON_SILENCE[row.state === 'draft' && pledges ? 'gathering' : row.state],
    available_actions: actions(row, owner, viewer, { free, way: wayOf(terms) }),
    terms: row.terms,
    untrusted_fields: ['terms.title', 'terms.instructions'],
    price_now: formatAmount(priceNow(row, now)),
    pricing: {
      cap: formatAmount(row.price_cap),
      floor: formatAmount(row.price_floor),
      stalled_ms: Number(row.stalled_ms),
      stalled_since: row.stalled_since === null ? null : toWireTime(row.stalled_since),
      at: toWireTime(now),
    },
    currency: row.currency,
    slots: { quantity: row.quantity, reserved: row.reserved, settled: row.settled, waiting: row.waiting, free },
    agreement: agreementOf(row, terms),
    held: money && formatAmount(money.held),
    escrow: money && money.escrow,
    pledges,
    created_at: toWireTime(row.created_at),
  };
}

const ON_SILENCE = {
  draft: 'At the deadline the draft is closed as expired; nothing was held.',
  gathering: 'At the deadline every pledge returns in full and the bounty is closed as expired.',
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

interface Slots {
  readonly free: number;
  readonly way: Way;
}

/** What a contributor does to come by a slot, and where. */
const TAKEN_BY = {
  reserved: ['reserve', 'reservations'],
  race: ['challenge', 'challenges'],
  sortition: ['apply', 'applications'],
} as const satisfies Record<Way, readonly [string, string]>;

function agreementOf(row: BountyRow, { agreement }: BountyTerms): Bounty['agreement'] {
  if (!agreement) return null;
  return { ...agreement, agreeing: row.agreeing, differing: row.differing, offered: row.offered ?? row.quantity };
}

function actions(row: BountyRow, owner: boolean, viewer: Principal, { free, way }: Slots): AvailableAction[] {
  const post = (action: string, path = action) => ({ action, method: 'POST', path: `/v1/bounties/${row.id}/${path}` });
  const raise = { action: 'raise', method: 'PATCH', path: `/v1/bounties/${row.id}` };
  const pledge = gathersUntil(row) !== null && row.state === 'draft' ? [post('pledge', 'pledges')] : [];
  if (!owner && viewer.role === 'agent') return pledge;
  if (owner && viewer.role === 'agent')
    return [
      ...pledge,
      ...(row.state === 'open' ? [raise] : []),
      ...OWNER_ACTIONS[row.state].map((action) => post(action)),
    ];
  if (viewer.role !== 'contributor' || free === 0) return [];
  const [action, path] = TAKEN_BY[way];
  return [post(action, path)];
}
