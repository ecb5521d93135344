import { awardTree, canonicalJson } from '@groundtruth/sdk/protocol';
import type { RootFacts } from './facts.js';
import type { Own, Refusal } from './release.rules.js';

/**
 * The first reason not to sign this root; null: sign it. What a wallet is awarded rests on releases that this key has signed and the chain
 * has paid into the Distributor, and never falls below what the last root gave it: that may have been claimed.
 */
export function rootRefusal(facts: RootFacts, own: Own): Refusal | null {
  const { mode, chain, epoch, root, total, leaves, last_epoch, before } = facts;
  if (own.chain === null || canonicalJson(chain) !== canonicalJson(own.chain)) return 'other_chain';
  if (mode !== chain.mode) return 'other_mode';
  if (epoch !== last_epoch + 1) return 'epoch_differs';
  const awarded = new Map(leaves.map(({ account, cumulative }) => [account, cumulative]));
  if (awarded.size !== leaves.length) return 'root_differs';
  const given = new Map(before.map(({ account, cumulative }) => [account, cumulative]));
  for (const [account, cumulative] of given) if ((awarded.get(account) ?? 0n) < cumulative) return 'award_lowered';
  for (const { account, cumulative, backed } of leaves)
    if (cumulative > backed && cumulative > (given.get(account) ?? 0n)) return 'not_backed';
  const sum = leaves.reduce((total, { cumulative }) => total + cumulative, 0n);
  return leaves.length > 0 && total === sum && root === awardTree(leaves).root ? null : 'root_differs';
}
