import { formatAmount, toWireTime, type Feed, type Subscription } from '@groundtruth/sdk/protocol';
import type { FeedRow, SubscriptionRow } from './saved.entity.js';

export function feedView({ id, mode, name, query, cells, created_at }: FeedRow): Feed {
  return { id, mode, name, query, cells, created_at: toWireTime(created_at) };
}

/** `spent`: micros of the last 24 hours. */
export function subscriptionView(row: SubscriptionRow, spent: bigint): Subscription {
  const { id, mode, state, feed_id, deliver, cap_per_day, price_max, created_at } = row;
  const streaming = { action: 'stream', method: 'GET', path: `/v1/feeds/${feed_id}/stream?subscription=${id}` };
  const cancelling = { action: 'cancel', method: 'DELETE', path: `/v1/subscriptions/${id}` };
  return {
    id,
    mode,
    state,
    feed: feed_id,
    deliver,
    cap_per_day: cap_per_day === null ? null : formatAmount(cap_per_day),
    price_max: price_max === null ? null : formatAmount(price_max),
    spent: formatAmount(spent),
    available_actions: state === 'active' ? [streaming, cancelling] : [],
    created_at: toWireTime(created_at),
  };
}
