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

/** Further than any quantity here can move since 1970. */
const FAR_FROM_ANYTHING = { value: Number.MAX_VALUE, at: 0 };

/** The database as it answered when the verdict was made, as far as its checks tell. Without checks: it had never seen anything. */
export function recordedAnswers(checks: readonly CheckResult[]): Omit<Sources, 'download' | 'decoder'> {
  const statusOf = (name: CheckName) => checks.find(({ check }) => check === name)?.status;
  const evidenceOf = (name: CheckName) => checks.find(({ check }) => check === name)?.evidence ?? {};
  const reasonOf = (name: CheckName) => evidenceOf(name).reason;
  return {
    nearHash: async () => statusOf('duplicate') === 'fail',
    resembles: async () => statusOf('resemblance') === 'inconclusive',
    readingSequence: async () => reasonOf('reading_sequence') !== 'not_in_sequence',
    // Only whether it was too far from the first sample was recorded.
    previousReading: async () => (reasonOf('reading_range') === 'jump_from_previous' ? FAR_FROM_ANYTHING : null),
    neighbourhood: async () => ({
      count: Number(evidenceOf('reading_neighbours').neighbours ?? 0),
      fits: reasonOf('reading_neighbours') !== 'unlike_neighbours',
    }),
  };
}
