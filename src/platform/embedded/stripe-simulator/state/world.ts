import { createHash } from 'node:crypto';
import type { Clock } from '../../../../kernel/clock.js';
import { Store } from './store.js';

/** What every part of the simulator works on. */
export interface World {
  readonly clock: Clock;
  readonly store: Store;
  /** The request being served; null for what happens by itself or by the control. */
  request: { readonly id: string; readonly idempotency_key: string | null } | null;
  /** Base address for links to the simulator's own pages; known once it listens. */
  url: string;
}

/** Seconds since 1970, as Stripe counts. */
export function now_s(world: World): number {
  return Math.floor(world.clock.now() / 1000);
}

export function nowIso(world: World): string {
  return new Date(world.clock.now()).toISOString();
}

/** `pi_` and 24 letters and digits. The same seed gives the same ids in the same order. */
export function newId(world: World, prefix: string): string {
  const count = (world.store.get('counters', prefix)?.count ?? 0) + 1;
  world.store.put('counters', prefix, { count });
  const seed = world.store.must('settings', 'seed').value;
  const hash = createHash('sha256').update(`${seed}:${prefix}:${count}`).digest('base64');
  return `${prefix}_${hash.replace(/[^A-Za-z0-9]/g, '').slice(0, 24)}`;
}
