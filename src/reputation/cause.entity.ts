import type { Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** One cause as the view `reputation_cause` has it. */
export interface CauseRow {
  readonly cause: string;
  /** The capture, reservation or bounty that it follows from. */
  readonly about: string;
  readonly mode: Mode;
  readonly subject_id: string;
  readonly counterpart_id: string | null;
  /** Of what a contributor did: all whose pledges paid for it, by id. */
  readonly backers: readonly string[];
  readonly kind: string;
  /** The failed check of a rejection; null otherwise. */
  readonly detail: string | null;
  readonly at: Instant;
  readonly lat: number | null;
  readonly lng: number | null;
}

/** One stored event. */
export interface EventRow {
  readonly cause: string;
  readonly about: string;
  readonly mode: Mode;
  readonly subject_id: string;
  readonly counterpart_id: string | null;
  readonly backers: readonly string[];
  readonly kind: string;
  readonly at: Instant;
  readonly cell: string | null;
  /** Whether the subject was ever seen to be one with its counterpart or a backer. */
  readonly linked: boolean;
}
