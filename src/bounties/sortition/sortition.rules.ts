import { seconds, type Instant } from '../../kernel/clock.js';
import type { ApplicationRow } from './sortition.entity.js';

type Applicant = Pick<ApplicationRow, 'id' | 'contributor_id'>;

/**
 * Of the applications of a round those that are drawn from: one of each cluster, the first to apply, and none of a cluster that a funder is in.
 * Applying under many names changes no chance, as far as the names are seen to be one.
 */
export function standing<T extends Applicant>(
  applied: readonly T[],
  clusters: ReadonlyMap<string, string>,
  funders: readonly string[],
): T[] {
  const taken = new Set(funders.map((id) => clusters.get(id)));
  return applied.filter(({ contributor_id }) => {
    const cluster = clusters.get(contributor_id);
    if (taken.has(cluster)) return false;
    taken.add(cluster);
    return true;
  });
}

/** When a round that opens now closes: after its time, but halfway to the end of the bounty’s window, so that who is drawn can still go. */
export function roundEndsAt(now: Instant, windowEnds: Instant, round_s: number): Instant {
  return now + Math.min(seconds(round_s), Math.ceil((windowEnds - now) / 2));
}

/** Most applications of one round, whatever is free: they are drawn in one transaction. */
const APPLICATIONS_MAX = 2_000;

/** With how many applications a round closes before its time. */
export function enough(free: number, eachSlot: number): number {
  return Math.min(free * eachSlot, APPLICATIONS_MAX);
}
