import { toWireTime, type EventType, type ObservationCard } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';
import type { Message } from './webhook.entity.js';

/** An event as the database keeps it. */
export interface HappenedEvent {
  readonly id: string;
  readonly type: EventType;
  readonly resource_id: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: Instant;
}

/** What `GET /v1/events` tells of it, and no more. */
export function eventMessage({ id, type, resource_id, data, created_at }: HappenedEvent): Message {
  return message(id, type, created_at, { ...data, id, resource_id });
}

/** The free card. Known by its observation, so that nobody is sent the same one twice. */
export function cardMessage(card: ObservationCard, published_at: Instant): Message {
  return message(card.id, 'observation.card', published_at, card);
}

export function pingMessage(id: string, endpointId: string, at: Instant): Message {
  return message(id, 'ping', at, { endpoint_id: endpointId });
}

function message(id: string, type: string, occurred_at: Instant, data: object): Message {
  return { id, type, occurred_at, body: JSON.stringify({ type, timestamp: toWireTime(occurred_at), data }) };
}
