import type { TopUp, TopUpState } from '../protocol/index.js';
import {
  eachItem,
  PAGE_ITEMS,
  waitForState,
  type Answer,
  type BodyIn,
  type CallOptions,
  type Transport,
  type WaitOptions,
} from '../http/index.js';

const FINAL: readonly TopUpState[] = ['lost'];

/** Payments by card into the prepaid balance. Amounts are dollars as text, whole cents; cards are `pm_…` of Stripe, never card numbers. */
export class TopUps {
  constructor(private readonly transport: Transport) {}

  /**
   * Charges a card. Safe to repeat: the client sends one idempotency key for all attempts.
   *
   * @example
   * const { id } = await groundtruth.topUps.create({ amount: '50.000000', payment_method: 'pm_card_visa' });
   * const { state, action } = await groundtruth.topUps.waitFor(id, { until: ['succeeded', 'requires_action', 'failed'] });
   * @returns The top-up in state `created`; the card is charged a moment later. `requires_action` means that its holder has to approve:
   * open `action.url` (given a `return_url`), or hand `action.client_secret` to Stripe.js. `failure.code` says why it failed.
   * @throws {ProblemError} `invalid_request` outside the smallest and largest amount; `payment_method_missing`; `account_frozen`;
   * `policy_refused`; `payment_refused` where no cards are taken.
   */
  create({ idempotencyKey, signal, ...body }: CallOptions & BodyIn<'create_top_up'>): Promise<TopUp> {
    return this.transport.call('create_top_up', { idempotencyKey, signal, body });
  }

  /**
   * One top-up.
   *
   * @example
   * const { state, refunded } = await groundtruth.topUps.get(topUp.id);
   * @throws {ProblemError} `not_found`, also for another agent's.
   */
  get(id: string, options: CallOptions = {}): Promise<TopUp> {
    return this.transport.call('get_top_up', { ...options, id });
  }

  /**
   * Yours, newest first. Pages are fetched as they are used.
   *
   * @example
   * for await (const { state, amount } of groundtruth.topUps.list()) console.log(state, amount);
   */
  list({ signal }: Pick<CallOptions, 'signal'> = {}): AsyncIterable<TopUp> {
    return eachItem((cursor) => this.transport.call('list_top_ups', { query: { limit: PAGE_ITEMS, cursor }, signal }));
  }

  /**
   * Sends back to the card what is left of a top-up in the balance. What Stripe took for the payment is not returned.
   *
   * @example
   * const { state, amount } = await groundtruth.topUps.refund(topUp.id, { amount: '10.000000' });
   * @param options `amount` in dollars, all that is there when left out.
   * @returns The refund in state `requested`; the top-up's `refunded` tells when it was made.
   * @throws {ProblemError} `not_found`; `top_up_state` unless it is `succeeded`; `account_frozen`; `insufficient_funds`.
   */
  refund(
    id: string,
    { amount, ...options }: CallOptions & BodyIn<'refund_top_up'> = {},
  ): Promise<Answer<'refund_top_up'>> {
    return this.transport.call('refund_top_up', { ...options, id, body: { amount } });
  }

  /**
   * Waits until the top-up is in one of the states, looking every 0.1 to 2 seconds.
   *
   * @example
   * await groundtruth.topUps.waitFor(topUp.id, { until: 'succeeded' });
   * @throws {StateNotReached} at the timeout (60,000 ms unless given).
   */
  waitFor(id: string, options: WaitOptions<TopUpState>): Promise<TopUp> {
    const look = () => this.get(id, { signal: options.signal });
    return waitForState({ look, final: FINAL, timing: this.transport.timing }, options);
  }
}

/** Cards that Stripe keeps for you. */
export class PaymentMethods {
  constructor(private readonly transport: Transport) {}

  /**
   * Your saved cards.
   *
   * @example
   * const { data } = await groundtruth.paymentMethods.list();
   */
  list(options: CallOptions = {}): Promise<Answer<'list_payment_methods'>> {
    return this.transport.call('list_payment_methods', options);
  }

  /**
   * Saves a card. May be repeated.
   *
   * @example
   * const { id, last4 } = await groundtruth.paymentMethods.attach('pm_card_visa');
   * @throws {ProblemError} `payment_refused` for one that Stripe does not know; `card_declined`.
   */
  attach(paymentMethod: string, options: CallOptions = {}): Promise<Answer<'attach_payment_method'>> {
    return this.transport.call('attach_payment_method', { ...options, body: { payment_method: paymentMethod } });
  }

  /**
   * Forgets a card, and stops topping up from it.
   *
   * @example
   * const { data } = await groundtruth.paymentMethods.list();
   * for (const { id } of data) await groundtruth.paymentMethods.remove(id);
   * @throws {ProblemError} `not_found`.
   */
  remove(id: string, options: CallOptions = {}): Promise<Answer<'remove_payment_method'>> {
    return this.transport.call('remove_payment_method', { ...options, id });
  }
}

/** Topping up by itself, within a daily cap. */
export class AutoTopUps {
  constructor(private readonly transport: Transport) {}

  /**
   * How it is set, and why it stopped if it did.
   *
   * @example
   * const { settings, stopped } = await groundtruth.autoTopUp.get();
   */
  get(options: CallOptions = {}): Promise<Answer<'get_auto_top_up'>> {
    return this.transport.call('get_auto_top_up', options);
  }

  /**
   * Below so many dollars of card money charges the saved card, at most so much in 24 hours. A charge that fails stops it; set it again to go on.
   *
   * @example
   * await groundtruth.paymentMethods.attach('pm_card_visa');
   * await groundtruth.autoTopUp.set({ below: '10.000000', amount: '50.000000', day_max: '100.000000' });
   * @throws {ProblemError} `invalid_request`; `payment_method_missing` when no card is named and not exactly one is saved.
   */
  set({
    idempotencyKey,
    signal,
    ...body
  }: CallOptions & BodyIn<'set_auto_top_up'>): Promise<Answer<'set_auto_top_up'>> {
    return this.transport.call('set_auto_top_up', { idempotencyKey, signal, body });
  }

  /**
   * Switches it off. May be repeated.
   *
   * @example
   * await groundtruth.autoTopUp.remove();
   */
  remove(options: CallOptions = {}): Promise<Answer<'remove_auto_top_up'>> {
    return this.transport.call('remove_auto_top_up', options);
  }
}
