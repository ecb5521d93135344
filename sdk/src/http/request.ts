import type { z } from 'zod';
import { toHex, type ROUTES, type Route, type RouteName } from '../protocol/index.js';

const KEY_BYTES = 16;

type Row<N extends RouteName> = (typeof ROUTES)[N];
/** What a caller writes, before the server fills in defaults. */
export type BodyIn<N extends RouteName> = Row<N> extends { body: infer S extends z.ZodType } ? z.input<S> : never;
/** What comes back. Members this version does not know are left out. */
export type Answer<N extends RouteName> = z.output<Row<N>['response']>;

export interface CallOptions {
  /** Ends the call, its retries and its pauses; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** For a request that must survive this process: the same key again is the same request. Made anew when left out. */
  readonly idempotencyKey?: string | undefined;
}

export interface RouteRequest extends CallOptions {
  /** Fills `:id` in the path. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
}

/** A request that can be sent any number of times; every attempt is the same to the byte. */
export interface PreparedRequest {
  readonly url: string;
  readonly init: Omit<RequestInit, 'signal'> & { readonly headers: Readonly<Record<string, string>> };
  /** Null for requests that need none: they read, or say the same thing twice. */
  readonly idempotency_key: string | null;
  readonly signal: AbortSignal | undefined;
}

/** The idempotency key is minted here, before the first attempt, and never again. */
export function prepareRequest(
  route: Route,
  { id, query, body, signal, idempotencyKey }: RouteRequest,
  to: { readonly baseUrl: string; readonly apiKey: string | undefined },
): PreparedRequest {
  const key = route.idempotent ? (idempotencyKey ?? newKey()) : null;
  const headers = {
    accept: route.content ?? 'application/json',
    ...(route.scope !== null && to.apiKey !== undefined && { authorization: `Bearer ${to.apiKey}` }),
    ...(key !== null && { 'idempotency-key': key }),
    ...(route.body && { 'content-type': 'application/json' }),
  };
  return {
    url: `${to.baseUrl}${pathOf(route.path, id)}${queryOf(query)}`,
    init: { method: route.method, headers, ...(route.body && { body: JSON.stringify(body ?? {}) }) },
    idempotency_key: key,
    signal,
  };
}

function pathOf(path: string, id: string | undefined): string {
  if (!path.includes(':id')) return path;
  if (!id) throw new TypeError(`${path} needs an id`);
  return path.replace(':id', encodeURIComponent(id));
}

function queryOf(query: RouteRequest['query'] = {}): string {
  const entries = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries)}`;
}

/** 128 bits: two intents never share a key. */
function newKey(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
}
