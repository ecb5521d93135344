import type { CheckName } from '@groundtruth/sdk/protocol';
import type { CauseRow } from './cause.entity.js';

/** What a reputation is made of, by whose it is. */
export type Measure =
  | 'contributor.acceptance'
  | 'contributor.timeliness'
  | 'contributor.disputes'
  | 'agent.reviews'
  | 'agent.disputes'
  | 'agent.commitments';

interface Outcome {
  readonly side: 'good' | 'bad';
  /** What one of it weighs when it is fresh: 1 is one accepted capture. */
  readonly weight: number;
}

/**
 * Every outcome that counts, and how much: the whole judgement in one table. Chosen, not measured.
 * What silence or a deadline decided is no outcome (`reputation_cause` leaves it out).
 */
export const OUTCOMES = {
  'contributor.acceptance': {
    accepted: { side: 'good', weight: 1 },
    // A requester's dispute was upheld: it was not what it was accepted for.
    overturned: { side: 'bad', weight: 1 },
    // Evidence that its origin is not what was sealed: twice an acceptance, for one success must not make up for one forgery.
    rejected_forged: { side: 'bad', weight: 2 },
    // Too early, too late, too far, damaged: carelessness.
    rejected_careless: { side: 'bad', weight: 0.5 },
    // A detector saw nothing, or others disagree: no evidence of fraud, and detectors are wrong.
    rejected_content: { side: 'bad', weight: 0.25 },
    // The operator looked and said no.
    rejected_by_person: { side: 'bad', weight: 0.5 },
  },
  'contributor.timeliness': {
    kept: { side: 'good', weight: 1 },
    lapsed: { side: 'bad', weight: 1 },
    // The slot came back, late: half of the harm of one that did not.
    released_late: { side: 'bad', weight: 0.5 },
  },
  'contributor.disputes': {
    dispute_won: { side: 'good', weight: 1 },
    dispute_lost: { side: 'bad', weight: 1 },
    appeal_won: { side: 'good', weight: 1 },
    // To appeal is a right; it costs a little, so that it is not done each time.
    appeal_lost: { side: 'bad', weight: 0.25 },
  },
  'agent.reviews': {
    review_answered: { side: 'good', weight: 1 },
    objection_upheld: { side: 'good', weight: 1 },
    // It objected to what the operator then accepted: somebody's pay was held up for nothing.
    objection_overturned: { side: 'bad', weight: 1 },
  },
  'agent.disputes': {
    dispute_won: { side: 'good', weight: 1 },
    dispute_lost: { side: 'bad', weight: 1 },
  },
  'agent.commitments': {
    paid: { side: 'good', weight: 1 },
    // Whoever is on the way is still paid, but nobody knew.
    cancelled_under_way: { side: 'bad', weight: 1 },
  },
} as const satisfies Record<Measure, Record<string, Outcome>>;

/** Failed checks that speak of fraud rather than of carelessness: the origin, the challenge, or the picture of somebody else. */
const FORGED: readonly CheckName[] = ['provenance', 'c2pa', 'challenge', 'duplicate', 'reading_sequence'];
const CARELESS: readonly CheckName[] = ['integrity', 'format', 'window', 'geofence', 'freshness'];

/** The kind that is stored: a rejection is told apart by the check that failed, null when a person decided. */
export function kindOf({ kind, detail }: Pick<CauseRow, 'kind' | 'detail'>): string {
  if (kind !== 'rejected') return kind;
  if (detail === null) return 'rejected_by_person';
  if (FORGED.some((check) => check === detail)) return 'rejected_forged';
  return CARELESS.some((check) => check === detail) ? 'rejected_careless' : 'rejected_content';
}

/** What a kind weighs in a measure; null where it says nothing. */
export function outcomeOf(measure: Measure, kind: string): Outcome | null {
  const outcomes: Record<string, Outcome> = OUTCOMES[measure];
  return Object.hasOwn(outcomes, kind) ? outcomes[kind]! : null;
}
