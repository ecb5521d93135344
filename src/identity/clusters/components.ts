import type { Tie } from './ties.js';

/**
 * The cluster of each party: parties that share a trait, by however many steps, are one. A cluster is named by the least id in it, so that
 * neither the order of parties nor of ties matters. A party without ties is a cluster of its own. Union by path halving.
 */
export function clustersOf(parties: readonly string[], ties: readonly Tie[]): Map<string, string> {
  const parent = new Map<string, string>();
  const root = (node: string): string => {
    let at = node;
    for (let up = parent.get(at) ?? at; up !== at; up = parent.get(at) ?? at) {
      parent.set(at, parent.get(up) ?? up);
      at = up;
    }
    return at;
  };
  for (const { party_id, trait } of ties) parent.set(root(traitNode(trait)), root(party_id));
  const least = new Map<string, string>();
  for (const id of new Set([...parties, ...ties.map(({ party_id }) => party_id)])) {
    const known = least.get(root(id));
    if (known === undefined || id < known) least.set(root(id), id);
  }
  return new Map(parties.map((id) => [id, least.get(root(id))!]));
}

/** From this many members a cluster of a walk that was cut short may go on. */
const LARGE = 1_000;

/** Of a walk that was cut short: the parties of all clusters that are large count as one, for they may have met further on. */
export function joinLarge(parties: readonly string[], clusters: ReadonlyMap<string, string>): Map<string, string> {
  const size = new Map<string, number>();
  for (const cluster of clusters.values()) size.set(cluster, (size.get(cluster) ?? 0) + 1);
  const of = parties.map((id) => [id, clusters.get(id)!] as const);
  const large = of.flatMap(([, cluster]) => (size.get(cluster)! < LARGE ? [] : [cluster])).sort();
  return new Map(of.map(([id, cluster]) => [id, large.includes(cluster) ? large[0]! : cluster]));
}

/** A trait is a node as well; no id of a party begins like this. */
const traitNode = (trait: string): string => `\0${trait}`;
