import Stripe from 'stripe';
import { ManualClock } from '../../../kernel/clock.js';
import { startStripeSimulator, type StripeSimulator, type StripeSimulatorOptions } from './index.js';

export const DAY_MS = 86_400_000;
const EPOCH = Date.UTC(2026, 10, 2, 9, 0, 0);

/** A simulator, its clock and the SDK, as specs use them. */
export interface Bench {
  readonly clock: ManualClock;
  readonly simulator: StripeSimulator;
  readonly stripe: Stripe;
  /** Moves the clock and lets happen what is due. */
  pass(ms: number): void;
  /** Charges a card; by default one whose money is available at once. */
  pay(cents: number, card?: string): Promise<Stripe.Charge>;
  /** A connected account that takes transfers. */
  payee(): Promise<string>;
}

export async function openBench(options: Partial<StripeSimulatorOptions> = {}): Promise<Bench> {
  const clock = new ManualClock(EPOCH);
  const simulator = await startStripeSimulator({ clock, seed: 'spec', ...options });
  const stripe = clientOf(simulator);
  return {
    clock,
    simulator,
    stripe,
    pass: (ms) => {
      clock.advance(ms);
      simulator.control.tick();
    },
    pay: async (cents, card = 'pm_card_bypassPending') => {
      const intent = await stripe.paymentIntents.create({ ...cardPayment(cents, card), expand: ['latest_charge'] });
      return intent.latest_charge as Stripe.Charge;
    },
    payee: async () => {
      const requested = { stripe_balance: { stripe_transfers: { requested: true } } };
      const account = await stripe.v2.core.accounts.create({
        configuration: { recipient: { capabilities: requested } },
      });
      simulator.control.accounts.onboard(account.id);
      return account.id;
    },
  };
}

export function cardPayment(amount: number, payment_method: string): Stripe.PaymentIntentCreateParams {
  const automatic_payment_methods = { enabled: true, allow_redirects: 'never' } as const;
  const capture_method = 'automatic'; // The default, `automatic_async`, names the balance transaction only later.
  return { amount, currency: 'usd', automatic_payment_methods, capture_method, confirm: true, payment_method };
}

/** The SDK without retries, so that a test sees each answer. */
export function clientOf(
  simulator: Pick<StripeSimulator, 'host' | 'port' | 'secretKey'>,
  settings: { timeout?: number } = {},
): Stripe {
  const { host, port, secretKey } = simulator;
  return new Stripe(secretKey, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, ...settings });
}

export async function errorOf(work: Promise<unknown>): Promise<InstanceType<typeof Stripe.errors.StripeError>> {
  const outcome = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof Stripe.errors.StripeError) return outcome;
  throw outcome ?? new Error('it succeeded');
}
