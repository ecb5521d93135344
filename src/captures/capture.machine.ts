import type { CaptureState } from '@groundtruth/sdk/protocol';

export type CaptureEvent =
  'submit' | 'expire' | 'supersede' | 'verify' | 'accept' | 'reject' | 'review' | 'uphold' | 'settle';

/**
 * What may happen to a capture. `uphold` is for appeals alone; `supersede` is for races. Nothing leaves `settled`:
 * accepted money stays with the contributor.
 */
export const CAPTURE_TRANSITIONS = {
  uploading: { submit: 'submitted', expire: 'expired', supersede: 'superseded' },
  submitted: { verify: 'verifying', supersede: 'superseded' },
  verifying: { accept: 'accepted', reject: 'rejected', review: 'review', supersede: 'superseded' },
  review: { accept: 'accepted', reject: 'rejected', supersede: 'superseded' },
  accepted: { settle: 'settled' },
  rejected: { uphold: 'accepted' },
  expired: {},
  superseded: {},
  settled: {},
} as const satisfies Record<CaptureState, Partial<Record<CaptureEvent, CaptureState>>>;
