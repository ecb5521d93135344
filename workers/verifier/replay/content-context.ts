import { createHash } from 'node:crypto';
import { kindOfMedia, type Verdict } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';

export interface PublishedMedia {
  readonly content: Uint8Array;
  readonly media_type: CaptureContext['sealed']['manifest']['media']['media_type'];
}

const NOWHERE = { lat: 0, lng: 0 };
const NEVER = 0;
const UNKNOWN_ID = '0'.repeat(32);

/**
 * A context for checks of content alone: criteria and declared finding are the verdict's, the media is what was published. Place,
 * times, keys and challenge belong to the parties; here they are empty, and no check that looks at them is asked.
 */
export function contentContext(verdict: Verdict, { content, media_type }: PublishedMedia): CaptureContext {
  const { capture_id, bounty_id, mode, criteria, declared } = verdict;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const reservation_id = `rsv_${UNKNOWN_ID}` as CaptureContext['reservation_id'];
  return {
    capture_id,
    bounty_id,
    mode,
    criteria,
    declared,
    kind: kindOfMedia(media_type),
    reservation_id,
    area: { ...NOWHERE, radius_m: 1 },
    window: { opens_at: NEVER, closes_at: NEVER },
    late_upload_s: 0,
    seal: '0'.repeat(64),
    salt: '0'.repeat(64),
    sealed: {
      manifest: {
        v: 1,
        bounty_id,
        reservation_id,
        challenge_nonce: '0'.repeat(22),
        device_id: null,
        media: { sha256, media_type, bytes: content.length },
        place: { ...NOWHERE, accuracy_m: 0 },
        captured_at: new Date(NEVER).toISOString(),
        finding: declared,
      },
      signature: null,
    },
    device: null,
    references: [],
    challenge: { nonce: '-', code: '-', issued_at: NEVER },
    t0: NEVER,
    t1: NEVER,
    submitted_at: NEVER,
    attempt: 1,
  };
}
