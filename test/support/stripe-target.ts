import Stripe from 'stripe';
import { ManualClock } from '../../src/kernel/clock.js';
import { startStripeSimulator, type StripeSimulator } from '../../src/platform/embedded/stripe-simulator/index.js';

const EPOCH = Date.UTC(2026, 10, 2, 9, 0, 0);

/** What a conformance run speaks to. */
export interface StripeTarget {
  readonly stripe: Stripe;
  /** Null on real Stripe, where nobody moves the clock or plays the bank. */
  readonly simulated: { readonly simulator: StripeSimulator; readonly clock: ManualClock } | null;
  stop(): Promise<void>;
}

export async function simulatorTarget(): Promise<StripeTarget> {
  const clock = new ManualClock(EPOCH);
  const simulator = await startStripeSimulator({ clock, seed: 'conformance' });
  return { stripe: clientOf(simulator), simulated: { simulator, clock }, stop: () => simulator.stop() };
}

/** Refuses every key but a test key: the suite makes charges. */
export async function realTarget(secret_key: string): Promise<StripeTarget> {
  if (!secret_key.startsWith('sk_test_')) throw new Error('STRIPE_SECRET_KEY must be a test key');
  return { stripe: new Stripe(secret_key), simulated: null, stop: async () => undefined };
}

/** The SDK as a program uses it, without retries, so that a test sees each answer. */
export function clientOf(
  simulator: StripeSimulator,
  settings: { timeout?: number; maxNetworkRetries?: number } = {},
): Stripe {
  const { host, port, secretKey } = simulator;
  return new Stripe(secretKey, { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, ...settings });
}

/** The error that `work` must end with. */
export async function errorOf(work: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}
