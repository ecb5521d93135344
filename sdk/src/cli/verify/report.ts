import type { RecomputedItem } from '../../feeds/recompute.js';
import { EXIT, type ExitStatus } from '../exit.js';
import type { Line } from '../output.js';

/** One thing that was worked out again, of a verdict, of the observation it was sold in, or of its media. */
export type ReportItem = Omit<RecomputedItem, 'item'> & {
  readonly item: RecomputedItem['item'] | 'observation' | 'media';
};

/** `same`: reproduced. `differs`: something does not hold. `inconclusive`: nothing differs, but not everything could be settled here. */
export type Result = 'same' | 'differs' | 'inconclusive';

export const RESULT_STATUS: Readonly<Record<Result, ExitStatus>> = {
  same: EXIT.ok,
  differs: EXIT.invalid,
  inconclusive: EXIT.unsettled,
};

export function resultOf(statuses: readonly string[]): Result {
  if (statuses.includes('differs')) return 'differs';
  return statuses.includes('not_checked') ? 'inconclusive' : 'same';
}

/** A line for each item, what differs beside it. */
export const itemLines = (items: readonly ReportItem[]): Line[] =>
  items.map(({ item, status, recorded, recomputed }) => [
    `  ${status}`,
    item,
    status === 'differs' ? `recorded ${recorded ?? '-'}, recomputed ${recomputed ?? '-'}` : '',
  ]);
