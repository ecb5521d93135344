import { toWireTime, type WebhookDelivery, type WebhookEndpoint } from '@groundtruth/sdk/protocol';
import { assert } from '../../kernel/assert.js';
import type { Instant } from '../../kernel/clock.js';
import type { DeliveryRow, EndpointRow } from './webhook.entity.js';

/** An endpoint as its owner sees it; never with its secret. */
export function endpointView(row: EndpointRow, now: Instant): WebhookEndpoint {
  assert(row.state !== 'deleted', 'a deleted endpoint is shown to nobody');
  const previous = row.previous_secret_until !== null && row.previous_secret_until > now;
  return {
    id: row.id,
    mode: row.mode,
    url: row.url,
    description: row.description,
    events: row.events,
    cards: row.has_cards
      ? { ...(row.card_kind && { kind: row.card_kind }), ...(row.card_cell && { cell: row.card_cell }) }
      : null,
    state: row.state,
    pause_reason: row.pause_reason,
    paused_at: timeOrNull(row.paused_at),
    failing_since: timeOrNull(row.failing_since),
    previous_secret_until: previous ? timeOrNull(row.previous_secret_until) : null,
    created_at: toWireTime(row.created_at),
  };
}

export function deliveryView(row: DeliveryRow): WebhookDelivery {
  return {
    endpoint_id: row.endpoint_id,
    message_id: row.message_id,
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    last_status: row.last_status,
    last_outcome: row.last_outcome,
    next_at: row.state === 'pending' ? toWireTime(row.due_at) : null,
    created_at: toWireTime(row.created_at),
  };
}

const timeOrNull = (at: Instant | null): string | null => (at === null ? null : toWireTime(at));
