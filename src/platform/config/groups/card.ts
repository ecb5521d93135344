import { amount, list, oneOf, secret, whole } from '../fields.js';
import { MINUTE_S, HOUR_S, DAY_S } from './units.js';

/** Cards in, banks out, by Stripe or its simulator. */
export const card = {
  STRIPE_SECRET_KEY: secret().describe(
    'Key of the Stripe account: sk_live_… takes cards in mode live, sk_test_… in mode test instead of the simulator. Unset: no cards in mode live.',
  ),
  STRIPE_WEBHOOK_SECRETS: list('whsec_…', /^whsec_\S+$/).describe(
    'Signing secrets of the webhook endpoint at Stripe; any of them counts, so that one can be rolled.',
  ),
  EMBEDDED_STRIPE: oneOf(['on', 'off'], 'on').describe(
    'Whether mode test has a Stripe simulator in DATA_DIR when no sk_test_… key is set. It is not Stripe (docs/stripe-simulator.md). off: no cards in mode test.',
  ),
  TOP_UP_MIN: amount('20.000000').describe(
    'Least amount of one top-up, in dollars: below it the card’s fee is too large a part.',
  ),
  TOP_UP_MAX: amount('5000.000000').describe('Largest amount of one top-up, in dollars.'),
  TOP_UP_ACTION_S: whole(DAY_S, { min: MINUTE_S, max: 30 * DAY_S }).describe(
    'Time a top-up may wait for its cardholder’s approval, in seconds; then its payment is cancelled.',
  ),
  STRIPE_RECORDS_RETENTION_S: whole(90 * DAY_S, { min: 31 * DAY_S, max: 3_650 * DAY_S }).describe(
    'Time the records of ended webhook events and ended effects at Stripe are kept, in seconds. Longer than the 30 days for which Stripe lists events.',
  ),
  CARD_RESERVE_FLOOR: amount('0.000000').describe(
    'What the loss reserve of card money must hold, in dollars, for new payouts of card money to leave. 0: they always do. Must be said with a sk_live_… key.',
  ),
  CARD_PAYOUT_MIN: amount('50.000000').describe(
    'What a contributor must at least have to be paid by bank, in dollars; not below 25. A payout costs about two dollars and a half (docs/fees.md).',
  ),
  CARD_PAYOUT_COUNTRIES: list('two-letter country codes such as US', /^[A-Z]{2}$/, ['US']).describe(
    'Where contributors paid by bank may live. Only places whose Stripe accounts hold dollars: money that Stripe changes into another currency is not counted here, and stops payouts.',
  ),
  CARD_PAYOUT_HOUR: whole(6, { min: 0, max: 23 }).describe(
    'Hour of the day, in UTC, from which the batch of payouts goes.',
  ),
  CARD_MATURITY_S: whole(7 * DAY_S, { min: 0, max: 120 * DAY_S }).describe(
    'Time from the charge of a card until what it paid for may leave by bank, in seconds.',
  ),
  CARD_MATURITY_NEW_S: whole(14 * DAY_S, { min: 0, max: 120 * DAY_S }).describe(
    'The same for charges of an agent that is new, in seconds; never less than for others.',
  ),
  CARD_NEW_AGENT_S: whole(30 * DAY_S, { min: 0, max: 365 * DAY_S }).describe(
    'How long after its first top-up an agent is new, in seconds.',
  ),
  CARD_RECONCILE_HOUR: whole(3, { min: 0, max: 23 }).describe(
    'Hour of the day, in UTC, from which Stripe is compared with the ledger.',
  ),
  STRIPE_EVENTS_S: whole(HOUR_S, { min: 1, max: 7 * DAY_S }).describe(
    'Time between two looks through the events that Stripe lists, for webhooks that never came, in seconds.',
  ),
  STRIPE_POLL_MS: whole(500, { min: 10, max: MINUTE_S * 1_000 }).describe(
    'Time between two looks for effects to send to Stripe and events to act on, in milliseconds.',
  ),
};
