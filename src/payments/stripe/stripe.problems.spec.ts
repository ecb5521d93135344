import { PROBLEMS } from '@groundtruth/sdk/protocol';
import Stripe from 'stripe';
import { asking, failureOf } from './stripe.problems.js';

const { errors } = Stripe;
type Raw = ConstructorParameters<typeof errors.StripeAPIError>[0];
const raw = (more: object = {}): Raw => ({ message: 'of Stripe', type: 'api_error', ...more }) as Raw;

/** Every class of error that the SDK has, as Stripe makes it. */
const MADE: readonly [string, unknown, string, string][] = [
  ['a declined card', new errors.StripeCardError(raw({ code: 'card_declined', decline_code: 'lost_card' })), 'refused', 'card_declined'],
  ['a card that asks for its holder', new errors.StripeCardError(raw({ code: 'authentication_required' })), 'refused', 'authentication_required'],
  ['a wrong request', new errors.StripeInvalidRequestError(raw({ code: 'resource_missing' })), 'refused', 'payment_refused'],
  ['a failed challenge', new errors.StripeInvalidRequestError(raw({ code: 'payment_intent_authentication_failure' })), 'refused', 'authentication_required'],
  ['too many requests', new errors.StripeRateLimitError(raw()), 'not_done', 'rate_limited'],
  ['a key that is wrong', new errors.StripeAuthenticationError(raw()), 'not_done', 'dependency_unavailable'],
  ['a key that may not', new errors.StripePermissionError(raw()), 'not_done', 'dependency_unavailable'],
  ['a lock', new errors.StripeAPIError(raw({ statusCode: 409 })), 'not_done', 'dependency_unavailable'],
  ['an earlier try at work', new errors.StripeIdempotencyError(raw({ statusCode: 409, code: 'idempotency_key_in_use' })), 'unknown', 'dependency_unavailable'],
  ['a server error', new errors.StripeAPIError(raw({ statusCode: 500 })), 'unknown', 'dependency_unavailable'],
  ['a server error told again', new errors.StripeAPIError(raw({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } })), 'unknown_kept', 'dependency_unavailable'],
  ['a lost connection', new errors.StripeConnectionError(raw()), 'unknown', 'dependency_unavailable'],
  ['a key used for something else', new errors.StripeIdempotencyError(raw({ statusCode: 400 })), 'unknown_kept', 'internal'],
  ['a forged webhook', new errors.StripeSignatureVerificationError('header', 'body', raw()), 'refused', 'webhook_signature_invalid'],
  ['a refused grant', new errors.StripeInvalidGrantError(raw()), 'unknown', 'dependency_unavailable'],
  ['an error of a kind we do not know', errors.StripeError.generate(raw({ type: 'of_tomorrow' }) as never), 'unknown', 'dependency_unavailable'],
]; // prettier-ignore

describe('an error of Stripe', () => {
  it.each(MADE)('that is %s is taken as %#', (_what, error, kind, problem) => {
    expect(failureOf(error)).toMatchObject({ kind, problem });
    expect(PROBLEMS).toHaveProperty(problem);
  });

  it.each(MADE)(
    'that is %s reaches a waiting caller as a problem of the catalogue',
    async (_what, error, _kind, code) => {
      await expect(asking(Promise.reject(error))).rejects.toMatchObject({ code, cause: error });
    },
  );

  it('names the payment intent of a declined card, which can be looked at', () => {
    const error = new errors.StripeCardError(raw({ code: 'card_declined', payment_intent: { id: 'pi_1' } }));
    expect(failureOf(error)).toMatchObject({ payment_intent: 'pi_1' });
  });

  it('is nothing else: other errors go on as they are', async () => {
    const bug = new TypeError('of ours');
    expect(failureOf(bug)).toBeNull();
    await expect(asking(Promise.reject(bug))).rejects.toBe(bug);
  });
});
