import {
  formatAmount,
  toWireTime,
  type AvailableAction,
  type Capture,
  type ReviewRoute,
} from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';
import type { Principal } from '../identity/index.js';
import type { PresignedUpload } from '../platform/storage/index.js';
import type { CaptureRow } from './capture.entity.js';

/** Who looks: the contributor and the operator see all; the requester sees the state and the failed stage until it is paid. */
export type CaptureViewer = 'contributor' | 'requester' | 'operator';

/** How this caller stands to the capture; null when it is none of its business. */
export function viewerOf(caller: Principal, capture: CaptureRow, requesterId: string): CaptureViewer | null {
  if (caller.mode !== capture.mode) return null;
  if (caller.role === 'operator') return 'operator';
  if (caller.id === capture.contributor_id) return 'contributor';
  return caller.id === requesterId ? 'requester' : null;
}

/** Links that one answer carries: where to upload, and where the redacted picture is. */
export interface CaptureLinks {
  readonly upload?: PresignedUpload;
  readonly derivative?: { readonly url: string; readonly expires_at: Instant };
}

/** Whether the requester is asked about this capture, and may therefore see its redacted picture. */
export const asksRequester = (row: CaptureRow): boolean => row.state === 'review' && row.review_route === 'requester';

/** Whether this viewer may see the redacted picture: contributor and operator always, the requester while it is asked and once it has paid. */
export function showsDerivative(viewer: CaptureViewer, row: CaptureRow): boolean {
  return viewer !== 'requester' || asksRequester(row) || row.state === 'settled';
}

/** A capture as one viewer may see it. */
export function captureView(
  row: CaptureRow,
  viewer: CaptureViewer,
  { upload, derivative }: CaptureLinks = {},
): Capture {
  const whole = viewer !== 'requester';
  return {
    id: row.id,
    bounty_id: row.bounty_id,
    state: row.state,
    deadline_at: deadlineOf(row, viewer),
    on_silence: onSilence(row, viewer),
    available_actions: actionsOf(row, viewer),
    failed_stage: row.failed_stage,
    finding: whole || row.state === 'settled' ? row.finding : null,
    created_at: toWireTime(row.created_at),
    detail: whole ? detailOf(row) : null,
    derivative: derivative ? { url: derivative.url, expires_at: toWireTime(derivative.expires_at) } : null,
    upload: upload
      ? { method: 'PUT', url: upload.url, headers: upload.headers, expires_at: toWireTime(row.upload_expires_at) }
      : null,
  };
}

const ON_SILENCE: Partial<Record<CaptureRow['state'], string>> = {
  uploading: 'The upload expires; the reservation stays until it lapses.',
  submitted: 'Nothing to do: the verifier decides.',
  verifying: 'Nothing to do: the verifier decides.',
  accepted: 'Nothing to do: the contributor is paid once the log covers the verdict.',
};

const ON_SILENCE_IN_REVIEW = {
  requester: 'Unanswered at the deadline, the capture is paid: silence accepts.',
  operator: 'Undecided at the deadline, the capture is rejected as `undecided`.',
  objected: 'Undecided at the deadline, the objection is void and the capture is paid.',
} as const satisfies Record<ReviewRoute, string>;

/** Whether this viewer may dispute the outcome: until `disputable_until`, and once. */
function mayDispute({ state }: CaptureRow, viewer: CaptureViewer): boolean {
  if (viewer === 'contributor') return state === 'rejected';
  return viewer === 'requester' && (state === 'accepted' || state === 'settled');
}

function onSilence(row: CaptureRow, viewer: CaptureViewer): string | null {
  if (row.state === 'review' && row.review_route) return ON_SILENCE_IN_REVIEW[row.review_route];
  if (mayDispute(row, viewer) && row.state !== 'accepted') return 'The outcome stands.';
  return ON_SILENCE[row.state] ?? null;
}

function deadlineOf(row: CaptureRow, viewer: CaptureViewer): string | null {
  if (row.state === 'uploading') return toWireTime(row.upload_expires_at);
  const until = row.state === 'review' ? row.review_until : mayDispute(row, viewer) ? row.disputable_until : null;
  return until === null ? null : toWireTime(until);
}

function actionsOf(row: CaptureRow, viewer: CaptureViewer): AvailableAction[] {
  const post = (action: string) => ({ action, method: 'POST', path: `/v1/captures/${row.id}/${action}` });
  if (viewer === 'contributor' && row.state === 'uploading') return [post('submit')];
  if (mayDispute(row, viewer)) return [post('disputes')];
  if (viewer === 'requester') return asksRequester(row) ? [post('review')] : [];
  return viewer === 'operator' && row.state === 'review' ? [post('review')] : [];
}

function detailOf(row: CaptureRow): NonNullable<Capture['detail']> {
  const submitted = row.submitted_at !== null;
  return {
    reservation_id: row.reservation_id,
    contributor_id: row.contributor_id,
    seal: row.seal,
    sealed_at: toWireTime(row.t1),
    submitted_at: submitted ? toWireTime(row.submitted_at!) : null,
    proven_interval: submitted ? { t0: toWireTime(row.t0), t1: toWireTime(row.t1) } : null,
    tier: row.tier,
    failed_check: row.failed_check,
    reason: row.reason,
    paid: row.paid === null ? null : formatAmount(row.paid),
  };
}
