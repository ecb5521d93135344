import type { Tally } from '../../bounties/index.js';
import { independentGroups } from '../observations/independence.js';
import { robustMedian, type RobustMedian } from './robust-median.js';
import type { Statement } from './statement.js';

/** What one paid capture says, the cluster of who brought it, and the observation that it is part of. */
export interface Said {
  readonly by: string;
  readonly chain_id: string;
  readonly statement: Statement;
}

/**
 * How many independent captures say the same: those of the largest chain, each cluster once, by its first capture there. For readings, of those
 * only what lies within the tolerance of the median of all, so that a few that agree far off do not end it against the rest. The others
 * differ; beside readings that are no outliers.
 */
export function agreeingOf(said: readonly Said[]): Tally {
  const centre = robustMedian(firsts(said).flatMap(valueOf));
  const [best = []] = [...chainsOf(said).values()]
    .map((chain) => firsts(chain).filter((one) => isNear(one, centre)))
    .sort((a, b) => b.length - a.length);
  const agreed = new Set(best.map(({ by }) => by));
  const differing = firsts(said.filter(({ by }) => !agreed.has(by))).filter((one) => isOff(one, centre));
  return { agreeing: agreed.size, differing: differing.length };
}

function chainsOf(said: readonly Said[]): Map<string, Said[]> {
  const chains = new Map<string, Said[]>();
  for (const one of said) chains.set(one.chain_id, [...(chains.get(one.chain_id) ?? []), one]);
  return chains;
}

/** One of each cluster: the first that was paid. */
function firsts(said: readonly Said[]): Said[] {
  return independentGroups(said).map(([first]) => first!);
}

const valueOf = ({ statement }: Said): number[] =>
  statement.facts.flatMap((fact) => ('reading' in fact ? [fact.reading.value] : []));

const distance = (one: Said, { median }: RobustMedian): number =>
  Math.max(0, ...valueOf(one).map((value) => Math.abs(value - median)));

const isNear = (one: Said, centre: RobustMedian | null): boolean =>
  centre === null || distance(one, centre) <= centre.tolerance;

const isOff = (one: Said, centre: RobustMedian | null): boolean =>
  centre === null || distance(one, centre) > centre.outlier_beyond;
