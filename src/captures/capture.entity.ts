import type { CaptureState, Finding, Id, Mode, ReviewRoute, SealedManifest, Tier } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

/** How a capture's row looks. */
export interface CaptureRow {
  id: Id<'capture'>;
  mode: Mode;
  bounty_id: Id<'bounty'>;
  reservation_id: Id<'reservation'>;
  contributor_id: Id<'contributor'>;
  state: CaptureState;
  sealed: SealedManifest;
  /** SHA-256 of the sealed manifest, hex. */
  seal: string;
  /** 32 random bytes, hex: hides which capture a commitment names. */
  salt: string;
  storage_key: string;
  /** Start of the proven interval: issue of the challenge that the manifest carries. */
  t0: Instant;
  /** End of it: when the seal first reached us. */
  t1: Instant;
  upload_expires_at: Instant;
  submitted_at: Instant | null;
  /** How often the capture was handed to the verifier, and when last. */
  attempt: number;
  dispatched_at: Instant | null;
  /** Set by the verdict. */
  verdict_id: Id<'verdict'> | null;
  finding: Finding | null;
  tier: Tier | null;
  failed_check: string | null;
  failed_stage: 'provenance' | 'content' | null;
  reason: string | null;
  review_until: Instant | null;
  /** Who answers for it in review; null when it never was there. */
  review_route: ReviewRoute | null;
  /** Storage key of the redacted picture; null while there is none, or when it is withheld. */
  derivative_key: string | null;
  /** Until when its outcome can be disputed: a rejection from the verdict on, an acceptance anew from its payment on. */
  disputable_until: Instant | null;
  /** Micros credited to the contributor; null until settled. */
  paid: bigint | null;
  /** Micros of platform fee taken with it; null until settled. */
  fee: bigint | null;
  settled_at: Instant | null;
  /** When the bytes of the original were removed; null while they are kept. */
  original_removed_at: Instant | null;
  created_at: Instant;
}
