import type { Stripe } from 'stripe';
import { API_VERSION } from '../http/api-version.js';
import { PLATFORM } from '../state/store.js';
import type { ThinEvent } from '../state/tables.js';
import { newId, nowIso, now_s, type World } from '../state/world.js';

interface Circumstances {
  /** Account the object belongs to; default the platform. */
  readonly owner?: string;
  readonly previous?: Readonly<Record<string, unknown>>;
}

/** Writes a v1 event with a snapshot of the object, and queues its delivery. */
export function record(
  world: World,
  type: string,
  object: object,
  { owner, previous }: Circumstances = {},
): Stripe.Event {
  const id = newId(world, 'evt');
  const event = {
    id,
    object: 'event',
    ...(owner && owner !== PLATFORM ? { account: owner } : {}),
    api_version: API_VERSION,
    created: now_s(world),
    data: { object, ...(previous ? { previous_attributes: previous } : {}) },
    livemode: false,
    pending_webhooks: 1,
    request: world.request ?? { id: null, idempotency_key: null },
    type,
  } as unknown as Stripe.Event;
  world.store.put('events', id, event, owner);
  queue(world, id, type, false);
  return event;
}

/** Writes a v2 event about an account, and queues the delivery of its thin notification. */
export function recordThin(world: World, type: string, account: string, data?: ThinEvent['data']): void {
  const id = newId(world, 'evt_test');
  const url = `/v2/core/accounts/${account}`;
  const event: ThinEvent = {
    id,
    object: 'v2.core.event',
    type,
    created: nowIso(world),
    livemode: false,
    related_object: { id: account, type: 'v2.core.account', url },
    ...(data ? { data } : {}),
  };
  world.store.put('thin_events', id, event);
  queue(world, id, type, true);
}

function queue(world: World, event: string, type: string, thin: boolean): void {
  const id = newId(world, 'whd');
  const next_at = world.clock.now();
  const waiting = { id, event, type, thin, state: 'waiting', attempts: 0, next_at, last_status: null } as const;
  world.store.put('deliveries', id, waiting);
}
