import type { Endpoint } from '../resources/call.js';
import { expanded } from '../resources/expand.js';
import type { Journal } from '../state/journal.js';
import type { World } from '../state/world.js';
import { ApiError, unrecognizedUrl } from './api-error.js';
import { API_VERSION } from './api-version.js';
import type { Answer, Request } from './exchange.js';
import { letIn } from './gate.js';
import { inFlight, keep, keyOf, replayed } from './idempotency.js';
import { checked } from './parameters.js';
import { router } from './router.js';
import { transact } from '../state/transact.js';

/**
 * Serves one request after the other: what it changes is written down, with the answer under its key, before the answer is given.
 * `busy` holds the keys of requests that wait. `instead` is thrown in place of running the endpoint.
 */
export function api(
  world: World,
  journal: Journal,
  endpoints: readonly Endpoint[],
  busy: ReadonlySet<string>,
): (request: Request, instead?: ApiError) => Answer {
  const find = router(endpoints);

  function run(request: Request, instead: ApiError | undefined): Answer {
    letIn(world, request);
    const match = find(request.method, request.path);
    if (!match) throw unrecognizedUrl(request.method, request.path);
    const key = keyOf(request);
    if (key && busy.has(key)) throw inFlight(request);
    const before = key && replayed(world, key, request);
    if (before) return before;
    const answer = execute(request, match.endpoint, match.ids, instead);
    if (key && answer.takes_key) keep(world, key, request, answer);
    return answer;
  }

  function execute(
    request: Request,
    endpoint: Endpoint,
    ids: readonly string[],
    instead: ApiError | undefined,
  ): Answer & { takes_key: boolean } {
    const { owner, path } = request;
    try {
      if (instead) throw instead;
      const parameters = checked(endpoint.rules, request.raw) as { expand?: readonly string[] };
      const mark = world.store.mark();
      try {
        const result = endpoint.serve({ world, parameters: parameters as never, ids, owner, path });
        const body = JSON.stringify(expanded(world.store, result, parameters.expand));
        return { status: 200, body, headers: {}, takes_key: true };
      } catch (error) {
        if (!(error instanceof ApiError && error.aftermath.keeps_changes)) world.store.rollback(mark);
        throw error;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { ...errorAnswer(error), takes_key: error.aftermath.takes_key ?? true };
    }
  }

  return (request, instead) => {
    const idempotency_key = (request.headers['idempotency-key'] as string | undefined) ?? null;
    try {
      const answer = transact(world, journal, { id: request.id, idempotency_key }, () => run(request, instead));
      return { ...answer, headers: { ...commonHeaders(request), ...answer.headers } };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const answer = errorAnswer(error);
      return { ...answer, headers: { ...commonHeaders(request), ...answer.headers } };
    }
  };
}

export function errorAnswer(error: ApiError): Answer {
  const doc = error.body.code
    ? { doc_url: `https://docs.stripe.com/error-codes#${error.body.code.replaceAll('_', '-')}` }
    : {};
  return {
    status: error.status,
    body: JSON.stringify({ error: { ...error.body, ...doc } }),
    headers: error.aftermath.headers ?? {},
  };
}

export function commonHeaders(request: Request): Record<string, string> {
  const key = request.headers['idempotency-key'];
  const account = request.headers['stripe-account'];
  return {
    'content-type': 'application/json',
    'request-id': request.id,
    'stripe-version': API_VERSION,
    ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
    ...(typeof account === 'string' ? { 'stripe-account': account } : {}),
  };
}
