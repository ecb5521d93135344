import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../kernel/clock.js';
import { every } from '../../time.js';
import { rememberedPort } from '../port.js';
import { control, type StripeSimulatorControl } from './control/control.js';
import { Faults } from './http/faults.js';
import { Meanwhile } from './http/meanwhile.js';
import { pages } from './http/pages.js';
import { forgetExpired } from './http/idempotency.js';
import { LateEffects } from './http/late-effects.js';
import { api } from './http/serve.js';
import { listen, portOf } from './http/server.js';
import { settle } from './money/bookings.js';
import { showLateTransactions } from './resources/charges.js';
import { ENDPOINTS } from './resources/endpoints.js';
import { movePayouts } from './resources/payout-life.js';
import { forgetful, openJournal } from './state/journal.js';
import { Store } from './state/store.js';
import { transact } from './state/transact.js';
import { now_s, type World } from './state/world.js';
import { postOverHttp } from './webhooks/post.js';
import { Webhooks } from './webhooks/webhooks.js';

const LOOK_MS = 500;

export interface StripeSimulatorOptions {
  /** All time comes from it: availability of money, arrival of payouts, expiry of keys, repeats of webhooks. */
  readonly clock: Clock;
  /** On 127.0.0.1; 0 takes any free one. Default: the one remembered in `dataDir`, else any. */
  readonly port?: number;
  /** Folder that keeps all state, so that a next start, also after a kill, goes on where this one was. Default null: in memory only. */
  readonly dataDir?: string | null;
  /** Where events go. Default nowhere: they wait. */
  readonly webhook_url?: string | null;
  /** `auto`: events are sent at once and time-driven things happen by themselves. `manual`, the default: `control` does both. */
  readonly mode?: 'auto' | 'manual';
  /** The same seed gives the same ids. Default random. Ignored when `dataDir` holds one. */
  readonly seed?: string;
}

export interface StripeSimulator {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** `sk_test_…`; stays the same for a `dataDir`. */
  readonly secretKey: string;
  /** `whsec_…`, of v1 events and thin v2 notifications alike; stays the same for a `dataDir`. */
  readonly webhookSecret: string;
  readonly control: StripeSimulatorControl;
  /** Ends all connections and the loop. What was answered is on disk already. Repeatable. */
  stop(): Promise<void>;
}

/** Starts a simulator of the part of Stripe that we use. It is not Stripe: docs/stripe-simulator.md says what is missing. */
export async function startStripeSimulator(options: StripeSimulatorOptions): Promise<StripeSimulator> {
  const { clock, dataDir = null, mode = 'manual' } = options;
  const store = new Store();
  const journal = dataDir === null ? forgetful : openJournal(dataDir, store);
  const world: World = { clock, store, request: null, url: '' };
  const settings = transact(world, journal, null, () => ({
    secretKey: setting(store, 'secret_key', () => `sk_test_${randomBytes(24).toString('hex')}`),
    webhookSecret: setting(store, 'webhook_secret', () => `whsec_${randomBytes(24).toString('hex')}`),
    seed: setting(store, 'seed', () => options.seed ?? randomBytes(16).toString('hex')),
  }));
  transact(world, journal, null, () => forgetExpired(world));
  const webhooks = new Webhooks(world, journal, postOverHttp, settings.webhookSecret, options.webhook_url ?? null);
  const faults = new Faults();
  const meanwhile = new Meanwhile();
  const hold = gate();
  const busy = new Set<string>();
  const serve = api(world, journal, ENDPOINTS, busy);
  const late = new LateEffects(clock, busy, serve);

  let looked_s = -1;
  function tick(): void {
    late.tick();
    if (looked_s === now_s(world)) return;
    transact(world, journal, null, () => {
      showLateTransactions(world);
      settle(world);
      movePayouts(world);
    });
    looked_s = now_s(world);
  }

  const sending = courier(webhooks);
  const news = (): void => (mode === 'auto' ? sending.kick() : undefined);
  const change = <T>(work: () => T): T => {
    const result = transact(world, journal, null, work);
    news();
    return result;
  };
  const controls = control({ world, faults, meanwhile, webhooks, tick, release: hold.open, change });
  const server = await listen(
    {
      faults,
      busy,
      released: hold.passed,
      late,
      serve: (request, instead) => {
        tick();
        return serve(request, instead);
      },
      page: pages(world, { authenticate: controls.authenticate, onboard: controls.accounts.onboard }),
      served: news,
      answered: (method, path) => meanwhile.answered(method, path),
    },
    await portFor(options),
  );
  const port = portOf(server);
  world.url = `http://127.0.0.1:${port}`;
  const loop = mode === 'auto' ? every(LOOK_MS, async () => (tick(), sending.kick()), rethrow) : null;

  return {
    url: world.url,
    host: '127.0.0.1',
    port,
    secretKey: settings.secretKey,
    webhookSecret: settings.webhookSecret,
    control: controls,
    stop: async () => {
      await loop?.stop();
      hold.open();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await sending.idle();
    },
  };
}

function setting(store: Store, name: string, make: () => string): string {
  return (store.get('settings', name) ?? store.put('settings', name, { value: make() })).value;
}

async function portFor({ port, dataDir }: StripeSimulatorOptions): Promise<number> {
  if (port !== undefined || !dataDir) return port ?? 0;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return rememberedPort(join(dataDir, 'port'));
}

/** Sends what is due, one sender at a time; a kick while it sends makes it look once more. */
function courier(webhooks: Webhooks): { kick(): void; idle(): Promise<void> } {
  let running: Promise<void> | null = null;
  let again = false;
  async function run(): Promise<void> {
    do {
      again = false;
      await webhooks.deliver();
    } while (again);
    running = null;
  }
  return {
    kick: () => {
      again = true;
      running ??= run();
    },
    idle: async () => running ?? undefined,
  };
}

/** Those who wait for `passed` go on at the next `open`. */
function gate(): { passed(): Promise<void>; open(): void } {
  let waiting: (() => void)[] = [];
  return {
    passed: () => new Promise((resolve) => waiting.push(resolve)),
    open: () => {
      const all = waiting;
      waiting = [];
      for (const go of all) go();
    },
  };
}

function rethrow(error: unknown): never {
  throw error;
}
