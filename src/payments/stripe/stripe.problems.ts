import type { ProblemCode } from '@groundtruth/sdk/protocol';
import Stripe from 'stripe';
import { DomainError } from '../../kernel/problem.js';

/**
 * What is known of a call that failed. `refused`: Stripe said no, and nothing happened. `not_done`: nothing happened, and the same call may
 * be made again. `unknown`: it may have happened, or be happening still; the same key tells. `unknown_kept`: the same, but this answer is kept
 * under the idempotency key, which will say nothing else for a day.
 */
export type FailureKind = 'refused' | 'not_done' | 'unknown' | 'unknown_kept';

export interface StripeFailure {
  readonly kind: FailureKind;
  readonly problem: ProblemCode;
  /** For our log and the row, never for a decision: Stripe's code, such as `insufficient_funds` of a declined card. */
  readonly reason: string;
  /** The payment intent of a refused card. */
  readonly payment_intent: string | null;
}

type Said = Pick<StripeFailure, 'kind' | 'problem'>;
const { errors } = Stripe;

const AUTHENTICATION_CODES = ['authentication_required', 'payment_intent_authentication_failure'];
/** Another request holds the object: ours ended without an effect. */
const HTTP_CONFLICT = 409;
/** An earlier try under the same key is still at it. */
const KEY_IN_USE = 'idempotency_key_in_use';
const HTTP_NOT_FOUND = 404;
const HTTP_SERVER_ERROR = 500;

/** Whether Stripe says that it has no object of the id that was asked for. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof errors.StripeInvalidRequestError &&
    error.code === 'resource_missing' &&
    error.statusCode === HTTP_NOT_FOUND
  );
}

/** By class of the SDK's error; null for an error that is not Stripe's. */
export function failureOf(error: unknown): StripeFailure | null {
  if (!(error instanceof errors.StripeError)) return null;
  const intent = (error as { payment_intent?: { id?: string } | null }).payment_intent?.id ?? null;
  const reason = [error.type, error.decline_code ?? error.code].filter(Boolean).join(': ');
  return { ...saidBy(error), reason, payment_intent: intent };
}

function saidBy(error: InstanceType<typeof errors.StripeError>): Said {
  if (error instanceof errors.StripeCardError)
    return { kind: 'refused', problem: isAuthentication(error) ? 'authentication_required' : 'card_declined' };
  if (error instanceof errors.StripeRateLimitError) return { kind: 'not_done', problem: 'rate_limited' };
  // The key and the account are the operator's to put right; what waits goes out then.
  if (error instanceof errors.StripeAuthenticationError) return { kind: 'not_done', problem: 'dependency_unavailable' };
  if (error instanceof errors.StripePermissionError) return { kind: 'not_done', problem: 'dependency_unavailable' };
  if (error instanceof errors.StripeSignatureVerificationError)
    return { kind: 'refused', problem: 'webhook_signature_invalid' };
  // Our request never changes under its key, so another one did: find out what it made, then use a new key.
  if (error instanceof errors.StripeIdempotencyError && error.statusCode !== HTTP_CONFLICT)
    return { kind: 'unknown_kept', problem: 'internal' };
  if (error instanceof errors.StripeInvalidRequestError)
    return { kind: 'refused', problem: isAuthentication(error) ? 'authentication_required' : 'payment_refused' };
  if (error.code === KEY_IN_USE) return { kind: 'unknown', problem: 'dependency_unavailable' };
  if (error.statusCode === HTTP_CONFLICT) return { kind: 'not_done', problem: 'dependency_unavailable' };
  if (isReplayed(error)) return { kind: 'unknown_kept', problem: 'dependency_unavailable' };
  return { kind: 'unknown', problem: 'dependency_unavailable' };
}

/** A 5xx of an earlier try, told again. One heard first may come while something behind it still makes the effect. */
function isReplayed({ statusCode, headers }: InstanceType<typeof errors.StripeError>): boolean {
  return (statusCode ?? 0) >= HTTP_SERVER_ERROR && headers?.['idempotent-replayed'] === 'true';
}

const isAuthentication = (error: { code?: string }): boolean => AUTHENTICATION_CODES.includes(error.code ?? '');

/**
 * Makes one call whose caller waits for the answer. Only for calls that may be repeated and move no money: those go through `ExtOps`.
 * @throws {DomainError} `card_declined`, `authentication_required`, `payment_refused`, `rate_limited`, `dependency_unavailable`.
 */
export async function asking<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    const failure = failureOf(cause);
    if (failure === null) throw cause;
    throw new DomainError(failure.problem, 'the card processor did not do this', { reason: failure.reason }, { cause });
  }
}
