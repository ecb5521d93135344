import type { Mode } from '@groundtruth/sdk/protocol';
import type Stripe from 'stripe';

/** How the card processor of one mode is reached. */
export interface StripeAccess {
  /** Without retries of its own: those are ours, which know what an unknown outcome means. */
  readonly stripe: Stripe;
  /** Any of them may sign a webhook: a secret is rolled while the old one still counts. */
  readonly webhook_secrets: readonly string[];
  /** True when it is the simulator: nothing is charged and nobody is paid. */
  readonly is_simulated: boolean;
}

/** Which modes take cards: live with a live key; test with a test key, else the simulator unless it is switched off. */
export type StripeAccesses = Readonly<Record<Mode, StripeAccess | null>>;
export const STRIPE = Symbol('STRIPE');
