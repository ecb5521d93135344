/** What a test card does, by the name of its payment method in Stripe's testing page. */
export interface CardBehaviour {
  readonly last4: string;
  readonly decline?: { readonly code: string; readonly decline_code: string; readonly blocked?: boolean };
  /** When the cardholder has to authenticate. `unless_set_up`: not off session once the card was set up. */
  readonly authentication?: 'always' | 'unless_set_up';
  readonly dispute?: 'fraudulent' | 'product_not_received' | 'inquiry';
  readonly fraud_warning?: boolean;
  /** True: the money is available at once. */
  readonly bypasses_pending?: boolean;
  /** A refund that starts as `pending`, or one that fails after it had succeeded; `control` decides when. */
  readonly refund?: 'pending' | 'fails_later';
}

const declined = (last4: string, decline_code: string, code = 'card_declined'): CardBehaviour => ({
  last4,
  decline: { code, decline_code },
});

const genericDecline = declined('0002', 'generic_decline');
const insufficientFunds = declined('9995', 'insufficient_funds');

export const TEST_CARDS: Readonly<Record<string, CardBehaviour>> = {
  pm_card_visa: { last4: '4242' },
  pm_card_mastercard: { last4: '4444' },
  pm_card_bypassPending: { last4: '0077', bypasses_pending: true },
  pm_card_chargeDeclined: genericDecline,
  pm_card_visa_chargeDeclined: genericDecline,
  pm_card_chargeDeclinedInsufficientFunds: insufficientFunds,
  pm_card_visa_chargeDeclinedInsufficientFunds: insufficientFunds,
  pm_card_chargeDeclinedLostCard: declined('9987', 'lost_card'),
  pm_card_chargeDeclinedStolenCard: declined('9979', 'stolen_card'),
  pm_card_chargeDeclinedExpiredCard: declined('0069', 'expired_card', 'expired_card'),
  pm_card_chargeDeclinedIncorrectCvc: declined('0127', 'incorrect_cvc', 'incorrect_cvc'),
  pm_card_chargeDeclinedProcessingError: declined('0119', 'processing_error', 'processing_error'),
  pm_card_chargeCustomerFail: declined('0341', 'generic_decline'),
  pm_card_radarBlock: { last4: '0019', decline: { code: 'card_declined', decline_code: 'fraudulent', blocked: true } },
  pm_card_authenticationRequired: { last4: '3184', authentication: 'always' },
  pm_card_threeDSecure2Required: { last4: '3220', authentication: 'always' },
  pm_card_authenticationRequiredOnSetup: { last4: '3155', authentication: 'unless_set_up' },
  pm_card_createDispute: { last4: '0259', dispute: 'fraudulent' },
  pm_card_createDisputeProductNotReceived: { last4: '2685', dispute: 'product_not_received' },
  pm_card_createDisputeInquiry: { last4: '1976', dispute: 'inquiry' },
  pm_card_createIssuerFraudRecord: { last4: '5423', fraud_warning: true },
  pm_card_pendingRefund: { last4: '7726', refund: 'pending' },
  pm_card_refundFail: { last4: '5126', refund: 'fails_later' },
};

const DECLINE_MESSAGES: Readonly<Record<string, string>> = {
  insufficient_funds: 'Your card has insufficient funds.',
  expired_card: 'Your card has expired.',
  incorrect_cvc: "Your card's security code is incorrect.",
  processing_error: 'An error occurred while processing your card. Try again in a little bit.',
  authentication_required: 'Your card was declined. This transaction requires authentication.',
};

export function declineMessage(decline_code: string): string {
  return DECLINE_MESSAGES[decline_code] ?? 'Your card was declined.';
}
