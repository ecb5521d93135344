import type { Stripe } from 'stripe';

/** What stands under `error` in an answer. The SDK picks its error class from the status and `type`. */
export interface ErrorBody {
  readonly type?: 'card_error' | 'invalid_request_error' | 'idempotency_error' | 'api_error';
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
  readonly decline_code?: string;
  readonly charge?: string;
  readonly payment_intent?: Stripe.PaymentIntent;
  readonly setup_intent?: Stripe.SetupIntent;
  readonly payment_method?: Stripe.PaymentMethod;
}

interface Aftermath {
  /** True: what the request had changed stays (a declined charge is a fact). Default false: all of it is undone. */
  readonly keeps_changes?: boolean;
  /** False: the idempotency key stays free, because the endpoint had not begun. Default true: v1 answers the same again. */
  readonly takes_key?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal in Stripe's words. Anything else thrown while serving a request is a bug of the simulator and answers 500. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly body: ErrorBody,
    readonly aftermath: Aftermath = {},
  ) {
    super(body.message);
  }
}

export function refused(message: string, code?: string, param?: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', code, message, param });
}

/** A parameter that fails before the endpoint begins: its idempotency key may be used again. */
export function badParameter(code: string, message: string, param: string): ApiError {
  return new ApiError(400, { type: 'invalid_request_error', code, message, param }, { takes_key: false });
}

/** 404 when the id stands in the path, 400 when it came as a parameter; as Stripe does. */
export function noSuch(what: string, id: string, param: string): ApiError {
  const status = param === 'id' ? 404 : 400;
  const message = `No such ${what}: '${id}'`;
  return new ApiError(status, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

export function unrecognizedUrl(method: string, path: string): ApiError {
  const message = `Unrecognized request URL (${method}: ${path}). This is a simulator that knows a subset of Stripe.`;
  return new ApiError(404, { type: 'invalid_request_error', message }, { takes_key: false });
}
