import type Stripe from 'stripe';
import type { StripeFailure } from '../../stripe/stripe.problems.js';

const AUTHENTICATION_CODES = ['authentication_required', 'payment_intent_authentication_failure'];

/** Why a payment intent came to nothing; null while it still may come to something. */
export function failureOfIntent(intent: Stripe.PaymentIntent): Pick<StripeFailure, 'problem' | 'reason'> | null {
  const { status, last_payment_error: error, cancellation_reason } = intent;
  if (status === 'canceled') {
    const reason = `canceled: ${cancellation_reason ?? 'void'}`;
    // By us, when nobody came to approve it.
    return { problem: cancellation_reason === 'abandoned' ? 'authentication_required' : 'payment_refused', reason };
  }
  if (status !== 'requires_payment_method' || !error) return null;
  const reason = error.decline_code ?? error.code ?? error.type;
  if (AUTHENTICATION_CODES.includes(error.code ?? '')) return { problem: 'authentication_required', reason };
  return { problem: error.type === 'card_error' ? 'card_declined' : 'payment_refused', reason };
}
