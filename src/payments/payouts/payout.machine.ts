export const PAYOUT_STATES = ['planned', 'sent', 'paid', 'returning', 'returned', 'refused'] as const;
export type PayoutState = (typeof PAYOUT_STATES)[number];
export type PayoutEvent = 'send' | 'refuse' | 'arrive' | 'bounce' | 'keep' | 'return';

/**
 * What may happen to a payout. `send`: Stripe shows the Transfer, whatever it said before. `refuse`: it took none, or a brake held it before it
 * was asked, and what was set aside is payable again. `arrive`:
 * the bank has it. `bounce`: the bank refused it or sent it back, so we take it out of the Stripe account again. `return`: that is done, and it
 * is payable again. `keep`: it cannot be taken back, for Stripe has already sent it to a new bank account.
 */
export const PAYOUT_TRANSITIONS = {
  planned: { send: 'sent', refuse: 'refused' },
  sent: { arrive: 'paid', bounce: 'returning', return: 'returned' },
  paid: { bounce: 'returning', return: 'returned' },
  returning: { return: 'returned', keep: 'sent', arrive: 'paid' },
  returned: {},
  refused: { send: 'sent' },
} as const satisfies Record<PayoutState, Partial<Record<PayoutEvent, PayoutState>>>;
