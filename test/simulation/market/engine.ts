import type { SigningDevice } from '@groundtruth/sdk/contributor';
import type { BountyTermsInput } from '@groundtruth/sdk/protocol';
import type { Instant, ManualClock } from '../../../src/kernel/clock.js';
import type { WorkClient } from './contributor.js';

/** What money moved, in micros. */
export interface Books {
  /** What left the agents' balance for good. */
  readonly spent: bigint;
  /** What each of the people earned. */
  readonly earned: readonly bigint[];
}

/** Which of the people have an open invitation now, and when the next price reaches an ask; null: none will if nothing else happens. */
export interface Matched {
  readonly invited: readonly number[];
  readonly again_at: Instant | null;
}

/** An exchange that a world is played on: the real services, or the model that is held against them. */
export interface Engine {
  readonly clock: ManualClock;
  /** Whoever joins next; people are numbered in this order. */
  join(): Promise<{ readonly client: WorkClient; readonly device: SigningDevice | null }>;
  /** Posts a bounty and holds its price; answers its id. */
  post(terms: BountyTermsInput): Promise<string>;
  /** Holds open bounties against the standing offers, and makes an invitation of each pair that meets. */
  match(): Promise<Matched>;
  /** Decides a capture, and waits until it is paid or its slot is free. */
  judge(captureId: string, accepted: boolean): Promise<void>;
  /** Lets what is due by now end: reservations and windows. */
  sweep(): Promise<void>;
  /** What moved until all is over. To be asked once, at the end. */
  books(): Promise<Books>;
  close(): Promise<void>;
}
