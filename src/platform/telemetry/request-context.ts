import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line of code that runs for one request may know without being told. */
export interface RequestContext {
  readonly request_id: string;
}

const requests = new AsyncLocalStorage<RequestContext>();

/** Runs `work`, and everything it starts, as part of the request. */
export function runInRequest<T>(context: RequestContext, work: () => T): T {
  return requests.run(context, work);
}

/** The request this code runs for; null in jobs, timers and at start. */
export function currentRequest(): RequestContext | null {
  return requests.getStore() ?? null;
}
