import type { Mode, Role, Scope } from '@groundtruth/sdk/protocol';
import { DomainError } from '../kernel/problem.js';

/** Spend caps of a key in micros; null means no cap of that kind. */
export interface SpendCaps {
  readonly per_bounty: bigint | null;
  readonly rolling_24h: bigint | null;
}

/** Who is asking: resolved from the API key, once a request. */
export interface Principal {
  readonly id: string;
  readonly role: Role;
  readonly mode: Mode;
  readonly name: string;
  readonly key_id: string;
  readonly scopes: readonly Scope[];
  readonly caps: SpendCaps;
}

/** Refuses with `forbidden` unless the key has the scope: for routes that several roles call, each with a scope of its own. */
export function needsScope(caller: Principal, scope: Scope): void {
  if (!caller.scopes.includes(scope)) throw new DomainError('forbidden', `this needs the scope ${scope}`, { scope });
}
