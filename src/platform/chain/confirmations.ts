/** How deep a block must lie before what it says counts: one block on top of it, or marked `safe` or `finalized` by the chain. */
export const CONFIRMATIONS = ['latest+1', 'safe', 'finalized'] as const;
export type Confirmations = (typeof CONFIRMATIONS)[number];

/** Block numbers of the chain's three heads. */
export interface Depths {
  readonly latest: bigint;
  readonly safe: bigint;
  readonly finalized: bigint;
}

/** True when a block of this number, which must be on the same chain as the heads, lies deep enough. */
export function isDeep(block: bigint, policy: Confirmations, heads: Depths): boolean {
  if (policy === 'latest+1') return heads.latest > block;
  return heads[policy] >= block;
}
