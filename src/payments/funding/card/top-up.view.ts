import { formatAmount, toWireTime, type TopUp } from '@groundtruth/sdk/protocol';
import type { CardRefundRow, TopUpRow } from './top-up.entity.js';

/** A top-up as its owner sees it. */
export function topUpView(row: TopUpRow): TopUp {
  const { id, mode, state, is_automatic, payment_method, client_secret, action_url: url, failure, reason } = row;
  return {
    id,
    mode,
    state,
    currency: 'USD',
    amount: formatAmount(row.amount),
    refunded: formatAmount(row.refunded),
    is_automatic,
    payment_method,
    action: state === 'requires_action' && client_secret ? { client_secret, url } : null,
    failure: state === 'failed' && failure ? { code: failure, reason: reason ?? failure } : null,
    created_at: toWireTime(row.created_at),
    succeeded_at: row.succeeded_at === null ? null : toWireTime(row.succeeded_at),
  };
}

export function refundView({ id, top_up_id, state, amount, created_at }: CardRefundRow) {
  return { id, top_up_id, state, amount: formatAmount(amount), created_at: toWireTime(created_at) };
}
