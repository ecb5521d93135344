import { join } from 'node:path';
import type { Mode } from '@groundtruth/sdk/protocol';
import Stripe from 'stripe';
import type { Clock } from './kernel/clock.js';
import {
  AutoTopUp,
  EventSweep,
  ExtOps,
  StripeInbox,
  type StripeAccess,
  type StripeAccesses,
} from './payments/index.js';
import type { Config } from './platform/config/index.js';
import { startStripeSimulator, type StripeSimulator } from './platform/embedded/stripe-simulator/index.js';
import type { Log } from './platform/telemetry/index.js';
import { every, type Interval } from './platform/time.js';

/** One call; far shorter than the lease under which it is made. */
const ANSWER_MS_MAX = 20_000;
export const STRIPE_WEBHOOKS_PATH = '/v1/webhooks/stripe';

/** The card processor of this process, with what follows it. */
export interface Cards {
  readonly accesses: StripeAccesses;
  /** The embedded one, whose control plays cardholders and banks; null without one. */
  readonly simulator: StripeSimulator | null;
  /** Starts sending and taking in. Once, when the domains have registered what they do. */
  start(get: <T>(type: abstract new (...args: never[]) => T) => T): void;
  /** Where the api listens: from now on the simulator tells it what happens. */
  listensAt(origin: string): void;
  /** Finishes what is in hand. */
  stop(): Promise<void>;
}

interface CardParts {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
}

/** The mode of the configured key speaks to Stripe; mode test without one has the simulator, unless it is switched off. */
export async function openCards(parts: CardParts, ending: (() => Promise<unknown>)[]): Promise<Cards> {
  const configured = configuredAccess(parts.config);
  const simulator =
    configured?.mode !== 'test' && parts.config.EMBEDDED_STRIPE === 'on' ? await embedded(parts, ending) : null;
  const accesses: Record<Mode, StripeAccess | null> = {
    test: simulator && simulatedAccess(simulator),
    live: null,
    ...(configured ? { [configured.mode]: configured.access } : {}),
  };
  let loops: Interval[] = [];
  return {
    accesses,
    simulator,
    start(get) {
      if (!accesses.test && !accesses.live) return;
      loops = [
        loop(parts, 'card effects', () => get(ExtOps).pass()),
        loop(parts, 'card events', () => get(StripeInbox).pass()),
        loop(parts, 'card events that were lost', () => get(EventSweep).pass()),
        loop(parts, 'automatic top-ups', () => get(AutoTopUp).pass()),
      ];
    },
    listensAt: (origin) => simulator?.control.webhooks.listen(`${origin}${STRIPE_WEBHOOKS_PATH}`),
    stop: async () => void (await Promise.all(loops.map((one) => one.stop()))),
  };
}

async function embedded({ config, clock }: CardParts, ending: (() => Promise<unknown>)[]): Promise<StripeSimulator> {
  const simulator = await startStripeSimulator({ clock, dataDir: join(config.DATA_DIR, 'stripe'), mode: 'auto' });
  ending.push(() => simulator.stop());
  return simulator;
}

function configuredAccess({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRETS }: Config) {
  if (STRIPE_SECRET_KEY === undefined) return null;
  const mode: Mode = STRIPE_SECRET_KEY.startsWith('sk_live_') ? 'live' : 'test';
  const stripe = new Stripe(STRIPE_SECRET_KEY, { maxNetworkRetries: 0, timeout: ANSWER_MS_MAX, telemetry: false });
  return { mode, access: { stripe, webhook_secrets: STRIPE_WEBHOOK_SECRETS, is_simulated: false } };
}

/** The real SDK, pointed at the simulator. */
export function simulatedAccess({ host, port, secretKey, webhookSecret }: StripeSimulator): StripeAccess {
  const settings = { maxNetworkRetries: 0, timeout: ANSWER_MS_MAX, telemetry: false } as const;
  const stripe = new Stripe(secretKey, { host, port, protocol: 'http', ...settings });
  return { stripe, webhook_secrets: [webhookSecret], is_simulated: true };
}

function loop({ config, log }: CardParts, name: string, round: () => Promise<unknown>): Interval {
  return every(config.STRIPE_POLL_MS, round, (error) =>
    log.error({ err: error, loop: name }, 'a round over the card processor failed and will run again'),
  );
}
