import type { Tx } from './sql.js';

/** By transaction, so that what a rolled-back one registered is forgotten with it. */
const registered = new WeakMap<Tx, (() => void)[]>();

/**
 * Calls `wake` once `tx` has committed, never when it rolls back. A crash right after the commit loses the call, so this is for wake-ups
 * only: what must happen goes to the outbox. `wake` must not throw.
 */
export function onCommit(tx: Tx, wake: () => void): void {
  registered.set(tx, [...(registered.get(tx) ?? []), wake]);
}

export function callCommitted(tx: Tx): void {
  for (const wake of registered.get(tx) ?? []) wake();
}
