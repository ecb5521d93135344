/**
 * Sorts what contributors brought into groups that count as one: one group for each cluster (`by`), in the order in which each begins.
 * Being of different clusters proves nothing; it is the most that can be seen.
 */
export function independentGroups<T extends { readonly by: string }>(brought: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of brought) groups.set(one.by, [...(groups.get(one.by) ?? []), one]);
  return [...groups.values()];
}
