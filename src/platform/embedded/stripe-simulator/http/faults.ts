import { ApiError } from './api-error.js';

/**
 * How a request goes wrong. `429`, `409`, `500`: no effect, and the key stays free. `500_kept`: no effect, and the key answers 500 from
 * then on, as Stripe's v1 does. `500_after`: done, but the caller hears 500; its key then gives the true answer. `reset_before`,
 * `reset_after`: the connection breaks before or after the effect. `timeout_after`: done, and never answered. `hold`: it waits, before
 * any effect, for `control.release()`; the same key meanwhile hears 409.
 */
export type FaultKind =
  '429' | '409' | '500' | '500_kept' | '500_after' | 'reset_before' | 'reset_after' | 'timeout_after' | 'hold';

export interface Fault {
  /** Default any. */
  readonly method?: 'GET' | 'POST';
  /** `/v1/transfers`, with `:id` for any one step: `/v1/payment_intents/:id/confirm`. */
  readonly path: string;
  readonly how: FaultKind;
  /** How many requests it strikes. Default 1. Note that the SDK repeats a reset request once even without retries. */
  readonly times?: number;
  /**
   * Of `500` and `500_kept` only: so many seconds after the answer the effect is made all the same, as by a server that goes on when the one
   * before it has given up. Until then the key of a `500` is in use, and then it gives the true answer; that of a `500_kept` keeps its 500.
   */
  readonly done_after_s?: number;
}

/** Faults that wait for their requests, oldest first. */
export class Faults {
  private waiting: { fault: Fault; pattern: RegExp; left: number }[] = [];

  add(fault: Fault): void {
    const pattern = new RegExp(`^${fault.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:id/g, '[^/]+')}$`);
    this.waiting.push({ fault, pattern, left: fault.times ?? 1 });
  }

  clear(): void {
    this.waiting = [];
  }

  /** The fault that strikes this request, which is then used up by one. */
  take(method: string, path: string): Fault | null {
    const struck = this.waiting.find(
      ({ fault, pattern }) => (fault.method === undefined || fault.method === method) && pattern.test(path),
    );
    if (!struck) return null;
    struck.left -= 1;
    if (struck.left <= 0) this.waiting = this.waiting.filter((other) => other !== struck);
    return struck.fault;
  }
}

/** The error that stands in for the endpoint, when the fault has one. */
export function standIn(how: FaultKind | undefined): ApiError | undefined {
  if (how === '429') {
    const message = 'Request rate limit exceeded. Learn more about rate limits in the documentation.';
    return new ApiError(429, { type: 'invalid_request_error', code: 'rate_limit', message }, { takes_key: false });
  }
  if (how === '409') {
    const message = 'This object cannot be accessed right now because another API request is currently accessing it.';
    return new ApiError(409, { type: 'invalid_request_error', code: 'lock_timeout', message }, { takes_key: false });
  }
  if (how === '500') return broken(false);
  if (how === '500_kept') return broken(true);
  return undefined;
}

export function broken(kept: boolean): ApiError {
  const message = 'An unknown error occurred (injected by the simulator).';
  const headers = { 'stripe-should-retry': kept ? 'false' : 'true' };
  return new ApiError(500, { type: 'api_error', message }, { takes_key: kept, headers });
}
