import type { Tier } from '@groundtruth/sdk/protocol';

/**
 * Micros that a name costs which nothing ties to another, by tier: at `signed` an address of its own, since keys in software are free; at
 * `attested` also a phone, since hardware keeps the key. Below, nobody vouches for the picture. Assumed (docs/value-at-risk.md).
 */
export const NAME_COST = {
  none: 0n,
  exif: 0n,
  nonce: 0n,
  signed: 2_000_000n,
  attested: 62_000_000n,
} as const satisfies Record<Tier, bigint>;

/** An attack on what rests on a fact costs at least so many times what it brings. */
export const MARGIN = 3n;

export interface Word {
  readonly tier: Tier;
  /** Micros that its contributor was paid. */
  readonly pay: bigint;
}

/**
 * The most that should rest on a fact, micros: what its captures would have cost somebody who made them all up, less what that one was paid for
 * them, divided by the margin. A group is what may be one person's. Rises with every independent capture and tier; falls as pay rises, which an
 * attacker gets too.
 */
export function valueAtRiskOf(groups: readonly (readonly Word[])[]): bigint {
  return groups.reduce((sum, group) => sum + costOf(group), 0n) / MARGIN;
}

/** A name that earns more than it costs does so with any picture, not only with this lie: it makes the others no cheaper. */
function costOf(group: readonly Word[]): bigint {
  const name = group.map(({ tier }) => NAME_COST[tier]).reduce((a, b) => (a > b ? a : b), 0n);
  const pay = group.reduce((sum, word) => sum + word.pay, 0n);
  return name > pay ? name - pay : 0n;
}
