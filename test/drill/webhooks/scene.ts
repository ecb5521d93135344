import type Stripe from 'stripe';
import { assert } from '../../../src/kernel/assert.js';
import { ManualClock } from '../../../src/kernel/clock.js';
import { LedgerService } from '../../../src/ledger/index.js';
import type { Market } from '../../../src/market.js';
import { STRIPE, type StripeAccesses } from '../../../src/payments/index.js';
import { sql, sqlOne, UnitOfWork, type Tx } from '../../../src/platform/database/index.js';
import type { StripeSimulator } from '../../../src/platform/embedded/stripe-simulator/index.js';
import { sleep } from '../../../src/platform/time.js';

/** When the drill's time begins; it moves only when the drill moves it. */
export const BEGINNING = Date.parse('2026-11-02T06:30:00Z');
/** A market that takes cards and does nothing else. Its embedded Postgres and its api are the real ones. */
export const SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'fatal',
  VERIFIERS: '0',
  EMBEDDED_CHAIN: 'off',
  EMBEDDED_STRIPE: 'on',
  RATE_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_ADDRESS_PER_MINUTE: '0',
  STRIPE_POLL_MS: '20',
  CARD_MATURITY_S: '0',
  CARD_MATURITY_NEW_S: '0',
} as const;
const POLL_MS = 20;
const WAIT_MS_MAX = 120_000;
const NEVER = new Date('2100-01-01T00:00:00Z');

/** What the drill plays on. */
export interface Scene {
  readonly market: Market;
  readonly clock: ManualClock;
  readonly simulator: StripeSimulator;
  readonly stripe: Stripe;
  readonly ledger: LedgerService;
  get<T>(type: abstract new (...args: never[]) => T): T;
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  rows<T extends object>(text: string, params?: unknown[]): Promise<T[]>;
  /** Waits until everything that is due has been sent or acted on. */
  idle(): Promise<void>;
}

/** The simulator's webhooks go nowhere, and nobody looks for lost ones: what the drill delivers is all that the market hears. */
export async function setScene(market: Market, clock: ManualClock): Promise<Scene> {
  const { app } = market.http;
  const get = <T>(type: abstract new (...args: never[]) => T): T => app.get(type as never, { strict: false });
  const unitOfWork = get(UnitOfWork);
  const access = app.get<StripeAccesses>(STRIPE, { strict: false }).test;
  assert(market.stripe !== null && access !== null, 'the drill needs the simulator');
  market.stripe.control.webhooks.listen(null);
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => unitOfWork.run(work);
  await run((tx) =>
    sql(
      tx,
      `INSERT INTO stripe_sweep (mode, upto, due_at) VALUES ('test', $1, $1) ON CONFLICT (mode) DO UPDATE SET due_at = $1`,
      [NEVER],
    ),
  );
  return {
    market,
    clock,
    simulator: market.stripe,
    stripe: access.stripe,
    ledger: get(LedgerService),
    get,
    run,
    rows: <T extends object>(text: string, params: unknown[] = []) =>
      run((tx) => sql<T & Record<string, unknown>>(tx, text, params)),
    async idle() {
      for (let waited_ms = 0; ; waited_ms += POLL_MS) {
        const now = new Date(clock.now());
        const { n } = (await run((tx) => sqlOne<{ n: bigint }>(tx, DUE, [now])))!;
        if (n === 0n) return;
        if (waited_ms >= WAIT_MS_MAX) throw new Error(`${n} events and effects were due and not taken up`);
        await sleep(POLL_MS);
      }
    },
  };
}

const DUE = `
  SELECT (SELECT count(*) FROM inbox_event WHERE state = 'waiting' AND due_at <= $1)
       + (SELECT count(*) FROM ext_op WHERE state = 'sent' OR (state IN ('queued', 'unknown') AND due_at <= $1)) AS n`;
