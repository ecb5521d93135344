import { areLinked, type Party } from '../../identity/index.js';

/**
 * Sorts what parties brought into groups that count as one: linked parties, and those linked to one of them, are in one group. Order is kept.
 * Not being linked proves nothing; it is the most that can be seen.
 */
export function independentGroups<T extends { readonly by: Party }>(brought: readonly T[]): T[][] {
  return brought.reduce<T[][]>((groups, one) => {
    const isNear = (group: T[]): boolean => group.some((other) => areLinked(one.by, other.by));
    const near = groups.filter(isNear);
    return [...groups.filter((group) => !isNear(group)), [...near.flat(), one]];
  }, []);
}
