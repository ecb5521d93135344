import { createHash } from 'node:crypto';
import type { KeptAnswer } from '../state/tables.js';
import type { World } from '../state/world.js';
import { ApiError } from './api-error.js';
import type { Answer, Request } from './exchange.js';

const V1_KEPT_MS = 24 * 3_600_000;
const V2_KEPT_MS = 30 * 24 * 3_600_000;
const KEY_CHARACTERS_MAX = 255;

/** The key under which the request's answer is kept; null for requests that repeat by nature. */
export function keyOf(request: Request): string | null {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '' || request.method !== 'POST') return null;
  if (key.length > KEY_CHARACTERS_MAX) {
    const message = `Idempotency keys can be up to ${KEY_CHARACTERS_MAX} characters long`;
    throw new ApiError(400, { type: 'invalid_request_error', message }, { takes_key: false });
  }
  return `${request.isV2 ? `v2 ${request.path}` : 'v1'} ${request.owner} ${key}`;
}

/** The first answer, when this is the same request again; an error when the key was used for another one. */
export function replayed(world: World, key: string, request: Request): Answer | null {
  const kept = world.store.get('idempotency', key);
  if (!kept) return null;
  if (kept.expires_at <= world.clock.now()) {
    world.store.remove('idempotency', key);
    return null;
  }
  if (kept.fingerprint !== fingerprint(request)) throw otherRequest(request);
  const headers = { 'idempotent-replayed': 'true', 'original-request': kept.request_id };
  return { status: kept.status, body: kept.body, headers };
}

/** v1 keeps whatever the endpoint answered; v2 keeps what succeeded, and tries again what failed. */
export function keep(world: World, key: string, request: Request, answer: Answer): void {
  if (request.isV2 && answer.status >= 400) return;
  const kept: KeptAnswer = {
    fingerprint: fingerprint(request),
    status: answer.status,
    body: answer.body,
    request_id: request.id,
    expires_at: world.clock.now() + (request.isV2 ? V2_KEPT_MS : V1_KEPT_MS),
  };
  world.store.put('idempotency', key, kept);
}

/** Frees the keys whose time is over. */
export function forgetExpired({ store, clock }: World): void {
  for (const key of store.ids('idempotency')) {
    if (store.must('idempotency', key).expires_at <= clock.now()) store.remove('idempotency', key);
  }
}

/** What a second caller hears while the first one with the same key is still being served. */
export function inFlight(request: Request): ApiError {
  const key = request.headers['idempotency-key'];
  const message = `There is currently another in-progress request using this Idempotency-Key (${key}).`;
  return new ApiError(
    409,
    { type: 'idempotency_error', code: 'idempotency_key_in_use', message },
    { takes_key: false },
  );
}

function otherRequest(request: Request): ApiError {
  const message =
    'Keys for idempotent requests can only be used with the same endpoint and the same parameters they were first used with. Try ' +
    `using a key other than '${request.headers['idempotency-key']}' if you meant to execute a different request.`;
  return new ApiError(400, { type: 'idempotency_error', message }, { takes_key: false });
}

function fingerprint(request: Request): string {
  return createHash('sha256')
    .update(`${request.method} ${request.path}\n${canonical(request.raw)}`)
    .digest('hex');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    held && typeof held === 'object' && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}
