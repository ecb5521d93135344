import type { CheckName, CheckResult } from '@groundtruth/sdk/protocol';
import type { Sources } from '../sources.js';

/**
 * Checks that ask the database about other captures. Nobody may ask it again later: it knows more today than then, and its answers
 * are about captures of others. A replay takes what was recorded, and says so.
 */
export const TAKEN_CHECKS: readonly CheckName[] = [
  'duplicate',
  'resemblance',
  'reading_sequence',
  'reading_neighbours',
];

/** The database as it answered when the verdict was made, as far as its checks tell. Without checks: it had never seen anything. */
export function recordedAnswers(checks: readonly CheckResult[]): Omit<Sources, 'download' | 'decoder'> {
  const statusOf = (name: CheckName) => checks.find(({ check }) => check === name)?.status;
  const evidenceOf = (name: CheckName) => checks.find(({ check }) => check === name)?.evidence ?? {};
  const reasonOf = (name: CheckName) => evidenceOf(name).reason;
  return {
    nearHash: async () => statusOf('duplicate') === 'fail',
    resembles: async () => statusOf('resemblance') === 'inconclusive',
    readingSequence: async () => reasonOf('reading_sequence') !== 'not_in_sequence',
    neighbourhood: async () => ({
      count: Number(evidenceOf('reading_neighbours').neighbours ?? 0),
      fits: reasonOf('reading_neighbours') !== 'unlike_neighbours',
    }),
  };
}
