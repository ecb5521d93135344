import { formatAmount, toWireTime, type Dispute } from '@groundtruth/sdk/protocol';
import type { Principal } from '../identity/index.js';
import type { DisputeRow } from './dispute.entity.js';

/** A dispute as its opener and the operator see it; nobody else does. */
export function disputeView(row: DisputeRow, viewer: Principal): Dispute {
  const open = row.state === 'open';
  return {
    id: row.id,
    capture_id: row.capture_id,
    bounty_id: row.bounty_id,
    state: row.state,
    deadline_at: open ? toWireTime(row.decide_by) : null,
    on_silence: open ? ON_SILENCE[row.side] : null,
    available_actions:
      open && viewer.role === 'operator'
        ? [{ action: 'decide', method: 'POST', path: `/v1/disputes/${row.id}/decision` }]
        : [],
    side: row.side,
    reason_code: row.reason_code,
    text: row.text,
    untrusted_fields: ['text'],
    decision_reason: row.decision_reason,
    funding: row.funding,
    paid: row.paid === null ? null : formatAmount(row.paid),
    created_at: toWireTime(row.created_at),
    decided_at: row.decided_at === null ? null : toWireTime(row.decided_at),
  };
}

const ON_SILENCE = {
  contributor: 'Undecided at the deadline, it is upheld if every provenance check passed, else denied.',
  requester: 'Undecided at the deadline, it is denied: what was accepted stands.',
} as const;
