import { formatAmount, toWireTime, type Invitation } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import type { InvitationRow } from './invitation.entity.js';

/** An invitation as its contributor sees it; nobody else does, its bounty's requester included. */
export function invitationView(row: InvitationRow, now: Instant): Invitation {
  const open = isOpen(row, now);
  const post = (action: string) => ({ action, method: 'POST', path: `/v1/invitations/${row.id}/${action}` });
  return {
    id: row.id,
    bounty_id: row.bounty_id,
    offer_id: row.offer_id,
    state: stateOf(row, now),
    deadline_at: open ? toWireTime(row.expires_at) : null,
    on_silence: open ? 'It lapses without penalty, and the next contributor is invited.' : null,
    available_actions: open ? [post('confirm'), post('decline')] : [],
    price: formatAmount(row.price),
    currency: row.currency,
    reservation_id: row.reservation_id,
    refusal: row.refusal,
    created_at: toWireTime(row.created_at),
  };
}

/** Its time is over when it is over, whether or not the sweep has come by. */
export const isOpen = (row: InvitationRow, now: Instant): boolean => row.state === 'open' && row.expires_at > now;

export const stateOf = (row: InvitationRow, now: Instant) =>
  row.state === 'open' && row.expires_at <= now ? 'lapsed' : row.state;
