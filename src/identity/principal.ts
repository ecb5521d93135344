import type { Mode, Role, Scope } from '@groundtruth/sdk/protocol';

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
