import { DomainError } from '../kernel/problem.js';
import type { Principal } from '../identity/index.js';

/** Nothing of the sandbox is good for live. */
export function needsTestMode(caller: Principal, detail: string): void {
  if (caller.mode !== 'test') throw new DomainError('mode_mismatch', detail);
}
