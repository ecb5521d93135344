import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mode } from '@groundtruth/sdk/protocol';
import Stripe from 'stripe';
import type { StripeAccess, StripeAccesses } from '../../payments/index.js';
import type { Config } from '../../platform/config/index.js';
import { startStripeSimulator } from '../../platform/embedded/stripe-simulator/index.js';

const SETTINGS = { maxNetworkRetries: 2, timeout: 20_000, telemetry: false } as const;
type Ending = (() => Promise<unknown>)[];

/** The card processors to read: Stripe by its key, and a copy of the embedded simulator where there is one. Nothing of either changes. */
export async function openStripe(config: Config, ending: Ending): Promise<StripeAccesses> {
  const key = config.STRIPE_SECRET_KEY;
  const keyMode: Mode | null = key === undefined ? null : key.startsWith('sk_live_') ? 'live' : 'test';
  const accesses: Record<Mode, StripeAccess | null> = { test: null, live: null };
  if (keyMode !== null) accesses[keyMode] = access(new Stripe(key!, SETTINGS), false);
  if (accesses.test === null && config.EMBEDDED_STRIPE === 'on') accesses.test = await simulated(config, ending);
  return accesses;
}

/** A copy, for one process alone may hold its folder; its clock stands where the last change left it, so that nothing moves by itself. */
async function simulated(config: Config, ending: Ending): Promise<StripeAccess | null> {
  const file = join(resolve(config.DATA_DIR), 'stripe', 'state.jsonl');
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null) return null;
  const dataDir = await mkdtemp(join(tmpdir(), 'groundtruth-reconcile-'));
  ending.push(() => rm(dataDir, { recursive: true, force: true }));
  await copyFile(file, join(dataDir, 'state.jsonl'));
  const at = Math.floor(found.mtimeMs);
  const { host, port, secretKey, stop } = await startStripeSimulator({ clock: { now: () => at }, port: 0, dataDir });
  ending.push(stop);
  return access(new Stripe(secretKey, { host, port, protocol: 'http', ...SETTINGS }), true);
}

const access = (stripe: Stripe, is_simulated: boolean): StripeAccess => ({ stripe, webhook_secrets: [], is_simulated });
