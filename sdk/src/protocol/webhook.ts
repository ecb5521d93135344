import { z } from 'zod';
import { EVENT_TYPES, observationsQuerySchema } from './event.js';
import { idSchema } from './ids.js';
import { MODES } from './mode.js';
import { cardSchema } from './observation.js';
import { timeOutSchema, timeSchema } from './time.js';

const URL_LENGTH_MAX = 2_000;
const DESCRIPTION_LENGTH_MAX = 200;
/** Messages that one replay may name. */
const REPLAYED_IDS_MAX = 100;

/** Every event but the one that says an endpoint was paused is told; its owner reads that one at `GET /v1/events`. */
const events = z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length);
/** Cards of observations this owner may know of; a kind and a coarse cell narrow them. `{}` is all of them. */
const cards = observationsQuerySchema.pick({ kind: true, cell: true });
const url = z.string().min(1).max(URL_LENGTH_MAX);
const description = z.string().trim().max(DESCRIPTION_LENGTH_MAX);

export const createWebhookEndpointSchema = z.strictObject({
  /** Live: https. Test: http as well. Never an address of a private network. */
  url,
  description: description.default(''),
  events: events.default([]),
  cards: cards.nullable().default(null),
});

/** What is left out stays as it is. `cards: null` ends the cards. */
export const changeWebhookEndpointSchema = z.strictObject({
  url: url.optional(),
  description: description.optional(),
  events: events.optional(),
  cards: cards.nullable().optional(),
  state: z.enum(['active', 'paused']).optional(),
});

/** `failures`: nothing got through for days. `gone`: the receiver answered 410. */
export const PAUSE_REASONS = ['owner', 'failures', 'gone'] as const;

export const webhookEndpointSchema = z.object({
  id: idSchema('webhook_endpoint'),
  mode: z.enum(MODES),
  url: z.string(),
  description: z.string(),
  events: z.array(z.enum(EVENT_TYPES)),
  cards: cards.nullable(),
  state: z.enum(['active', 'paused']),
  /** Null while it is active. */
  pause_reason: z.enum(PAUSE_REASONS).nullable(),
  paused_at: timeOutSchema.nullable(),
  /** Since when every attempt has failed; null when the last one did not. */
  failing_since: timeOutSchema.nullable(),
  /** Until then messages are signed with the secret before as well; null when there is one secret. */
  previous_secret_until: timeOutSchema.nullable(),
  created_at: timeOutSchema,
});
export type WebhookEndpoint = z.infer<typeof webhookEndpointSchema>;

/** `secret` is in the answers that make one, and nowhere else. */
export const webhookEndpointSecretSchema = webhookEndpointSchema.extend({
  secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{43}=$/),
});
export type WebhookEndpointSecret = z.infer<typeof webhookEndpointSecretSchema>;

export const replayWebhooksSchema = z.union([
  /** What happened since and was not delivered: at most 30 days back, also from before there was the endpoint. */
  z.strictObject({ since: timeSchema }),
  /** These messages of this endpoint, delivered or not. */
  z.strictObject({ message_ids: z.array(z.string().max(40)).min(1).max(REPLAYED_IDS_MAX) }),
]);
export const replayedWebhooksSchema = z.object({
  /** Deliveries that are waiting again. What has none yet is looked for from now on and is not counted. */
  queued: z.int(),
  /** True when there are more that were given up: replay again, with a new Idempotency-Key. */
  has_more: z.boolean(),
});

export const DELIVERY_STATES = ['pending', 'delivered', 'dead'] as const;
/** What became of an attempt; `docs/webhooks.md` says what leads to each. */
export const DELIVERY_OUTCOMES = [
  'delivered',
  'status',
  'redirect',
  'address_refused',
  'name_unknown',
  'connect_failed',
  'tls_failed',
  'cut_off',
  'no_http',
  'too_slow',
] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export const webhookDeliverySchema = z.object({
  endpoint_id: idSchema('webhook_endpoint'),
  /** The header `webhook-id`: the event’s or observation’s id, the same in every attempt and for every endpoint. */
  message_id: z.string(),
  type: z.string(),
  state: z.enum(DELIVERY_STATES),
  /** Since it was made or replayed. */
  attempts: z.int(),
  /** HTTP status of the last attempt; null when it had none. */
  last_status: z.int().nullable(),
  /** Null before the first attempt. */
  last_outcome: z.enum(DELIVERY_OUTCOMES).nullable(),
  /** When it is tried next; null when it is not. While the endpoint is paused it waits longer. */
  next_at: timeOutSchema.nullable(),
  created_at: timeOutSchema,
});
export type WebhookDelivery = z.infer<typeof webhookDeliverySchema>;

/** What a receiver gets: ids and free cards, never what is sold. */
export const webhookMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ping'), timestamp: timeOutSchema, data: z.object({ endpoint_id: z.string() }) }),
  z.object({ type: z.literal('observation.card'), timestamp: timeOutSchema, data: cardSchema }),
  z.object({
    type: z.enum(EVENT_TYPES),
    timestamp: timeOutSchema,
    /** `resource_id` and further ids, as `GET /v1/events` tells them. */
    data: z.looseObject({ id: z.string(), resource_id: z.string() }),
  }),
]);
export type WebhookMessage = z.infer<typeof webhookMessageSchema>;
