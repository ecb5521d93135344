import { ROUTES, type Route, type RouteName } from '../protocol/index.js';
import { ConnectionFailed, ProblemError, UnexpectedAnswer } from './errors.js';
import { problemOf } from './problem.js';
import { prepareRequest, type Answer, type PreparedRequest, type RouteRequest } from './request.js';
import { pauseBefore } from './retry.js';
import { SYSTEM_TIMING, type Timing } from './timing.js';

/** Longest one attempt may take, in milliseconds. An attempt that hangs is one that failed. */
export const ATTEMPT_MS_MAX = 30_000;
const PAYMENT_REQUIRED = 402;

export interface ClientOptions {
  /** Where the api is, e.g. `http://127.0.0.1:8787`. A closing slash is ignored. */
  readonly baseUrl: string;
  /** `gt_test_…` or `gt_live_…`. Left out for what needs no key. */
  readonly apiKey?: string | undefined;
  /** Replaces the platform's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Replaces the platform's clock and timers. */
  readonly timing?: Timing | undefined;
}

/** An answer that is a success or asks for money, read to its end. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Speaks to the api by its route table. Every route may be repeated: it reads, carries one idempotency key through all attempts, or
 * says the same thing twice. So whatever fails on the way is simply sent again, up to a ceiling.
 */
export class Transport {
  readonly timing: Timing;
  private readonly to: { readonly baseUrl: string; readonly apiKey: string | undefined };
  private readonly fetch: typeof globalThis.fetch;

  /** @throws {TypeError} when `baseUrl` is no URL. */
  constructor({ baseUrl, apiKey, fetch, timing = SYSTEM_TIMING }: ClientOptions) {
    this.to = { baseUrl: new URL(baseUrl).href.replace(/\/+$/, ''), apiKey };
    // Looked up at each call: a page may replace `fetch` after this, and browsers refuse it without its own `this`.
    this.fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.timing = timing;
  }

  /**
   * Calls a route and parses its answer.
   * @throws {ProblemError} for a refusal, after retries where the refusal allows them.
   * @throws {ConnectionFailed} when no attempt was answered. @throws {UnexpectedAnswer} for an answer that fits no schema.
   */
  async call<N extends RouteName>(name: N, request: RouteRequest = {}): Promise<Answer<N>> {
    const route: Route = ROUTES[name];
    const answered = await this.deliver(prepareRequest(route, request, this.to), ATTEMPT_MS_MAX);
    return parseAnswer(route, answered) as Answer<N>;
  }

  /** Opens a route that answers a stream: one attempt, not limited in time. Who reads it reconnects, knowing from where. */
  async open(name: RouteName, request: RouteRequest, headers: Readonly<Record<string, string>>): Promise<Response> {
    const { url, init, signal } = prepareRequest(ROUTES[name], request, this.to);
    const merged = { ...init.headers, ...headers };
    const response = await this.fetch(url, { ...init, headers: merged, signal: signal ?? null });
    if (!response.ok) throw await problemOf(response, null);
    return response;
  }

  /**
   * Sends a request as nobody with these headers, and answers what came with its headers: a success, or a 402 that says how to pay. Whatever fails
   * on the way is sent again, the same to the byte.
   * @throws {ProblemError} for any other refusal. @throws {ConnectionFailed} when no attempt was answered.
   */
  async exchange(
    name: RouteName,
    request: RouteRequest,
    headers: Readonly<Record<string, string>>,
  ): Promise<Exchanged> {
    const prepared = prepareRequest(ROUTES[name], request, { ...this.to, apiKey: undefined });
    const init = { ...prepared.init, headers: { ...prepared.init.headers, ...headers } };
    return this.deliver({ ...prepared, init }, ATTEMPT_MS_MAX, PAYMENT_REQUIRED);
  }

  /** What a success of a route says. @throws {UnexpectedAnswer} for an answer that fits no schema. */
  parse<N extends RouteName>(name: N, answered: Exchanged): Answer<N> {
    return parseAnswer(ROUTES[name], answered) as Answer<N>;
  }

  /** Stores bytes at a signed link. The link carries its own permission, so the API key stays here. Repeatable. */
  async put(
    link: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
    bytes: Uint8Array,
    { signal, attempt_ms_max }: { readonly signal: AbortSignal | undefined; readonly attempt_ms_max: number },
  ): Promise<void> {
    const init = { method: 'PUT', headers: link.headers, body: new Uint8Array(bytes) };
    await this.deliver({ url: link.url, init, idempotency_key: null, signal }, attempt_ms_max);
  }

  /**
   * Reads the bytes behind a signed link: one attempt, no key, no redirect, and not a byte more than `bytes_max` is kept.
   * @throws {ProblemError} when storage refuses. @throws {ConnectionFailed} when it does not answer. @throws {UnexpectedAnswer} for more bytes.
   */
  async bytes(url: string, { bytes_max, signal }: { bytes_max: number; signal?: AbortSignal | undefined }) {
    const limit = AbortSignal.timeout(ATTEMPT_MS_MAX);
    const init = { redirect: 'error', signal: signal ? AbortSignal.any([signal, limit]) : limit } as const;
    const asked = `GET ${url.split('?')[0]}`; // Whatever follows `?` may be a permission.
    const response = await this.fetch(url, init).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new ConnectionFailed(`${asked} was not answered`, null, { cause });
    });
    if (!response.ok || !response.body) throw await problemOf(response, null);
    const content = await atMost(response.body, bytes_max);
    if (!content) throw new UnexpectedAnswer(`${asked} answered more than ${bytes_max} bytes`, response.status);
    return content;
  }

  /** Sends the same request until it is answered for good. */
  private async deliver(request: PreparedRequest, attempt_ms_max: number, also?: number): Promise<Exchanged> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(request, attempt_ms_max, also);
      if (!(outcome instanceof Error)) return outcome;
      const refusal = outcome instanceof ProblemError ? outcome : null;
      const pause = pauseBefore(refusal, attempt, this.timing.random());
      if (pause === null) throw outcome;
      await this.timing.sleep(pause, request.signal);
    }
  }

  /** One attempt: the whole answer, or why there is none. Rejects only when the caller has given up. */
  private async attempt(
    { url, init, idempotency_key, signal }: PreparedRequest,
    ms_max: number,
    also?: number,
  ): Promise<Exchanged | ProblemError | ConnectionFailed> {
    signal?.throwIfAborted();
    const limit = AbortSignal.timeout(ms_max);
    try {
      const response = await this.fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, limit]) : limit });
      if (!response.ok && response.status !== also) return await problemOf(response, idempotency_key);
      return { status: response.status, headers: response.headers, text: await response.text() };
    } catch (cause) {
      signal?.throwIfAborted();
      const asked = `${init.method} ${url.split('?')[0]}`; // Whatever follows `?` may be a permission.
      return new ConnectionFailed(`${asked} was not answered`, idempotency_key, { cause });
    }
  }
}

function parseAnswer(route: Route, { status, text }: Pick<Exchanged, 'status' | 'text'>): unknown {
  const parsed = route.response.safeParse(route.content === 'text/plain' ? text : jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new UnexpectedAnswer(`${route.method} ${route.path} answered something else`, status, { cause: parsed.error });
}

/** Null when there are more. */
async function atMost(body: ReadableStream<Uint8Array>, bytes_max: number): Promise<Uint8Array<ArrayBuffer> | null> {
  const reader = body.getReader();
  const content = new Uint8Array(bytes_max);
  for (let length = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return content.slice(0, length);
    if (length + value.length > bytes_max) {
      await reader.cancel();
      return null;
    }
    content.set(value, length);
    length += value.length;
  }
}

/** `undefined` for what is no JSON: no schema takes it, so it is refused in the schema's words. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
