import type { Tier } from '@groundtruth/sdk/protocol';

/**
 * Hundredths of its pay that a capture's word is worth to a stranger, by tier (docs/value-at-risk.md). Below `nonce` nothing ties the picture
 * to anybody, so it costs nothing to forge; hardware that keeps its key costs more than the pay of one capture. Chosen, not measured.
 */
const WORTH = { none: 0n, exif: 0n, nonce: 25n, signed: 100n, attested: 300n } as const satisfies Record<Tier, bigint>;
const HUNDRED = 100n;

export interface Word {
  readonly tier: Tier;
  /** Micros that its contributor was paid. */
  readonly pay: bigint;
}

/**
 * The published cost of corrupting a fact, micros: for each group of captures that may be one person's, the worth of its best word; summed over
 * groups. Rises with every independent capture, tier and pay; never falls with one more.
 */
export function valueAtRiskOf(groups: readonly (readonly Word[])[]): bigint {
  return groups.reduce((sum, group) => sum + group.map(worthOf).reduce((a, b) => (a > b ? a : b), 0n), 0n);
}

function worthOf({ tier, pay }: Word): bigint {
  return (pay * WORTH[tier]) / HUNDRED;
}
