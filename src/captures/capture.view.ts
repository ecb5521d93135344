import { formatAmount, toWireTime, type AvailableAction, type Capture } from '@groundtruth/sdk/protocol';
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

/** A capture as one viewer may see it. */
export function captureView(row: CaptureRow, viewer: CaptureViewer, upload: PresignedUpload | null): Capture {
  const whole = viewer !== 'requester';
  return {
    id: row.id,
    bounty_id: row.bounty_id,
    state: row.state,
    deadline_at: deadlineOf(row),
    on_silence: ON_SILENCE[row.state] ?? null,
    available_actions: actionsOf(row, viewer),
    failed_stage: row.failed_stage,
    finding: whole || row.state === 'settled' ? row.finding : null,
    created_at: toWireTime(row.created_at),
    detail: whole ? detailOf(row) : null,
    upload: upload && {
      method: 'PUT',
      url: upload.url,
      headers: upload.headers,
      expires_at: toWireTime(row.upload_expires_at),
    },
  };
}

const ON_SILENCE: Partial<Record<CaptureRow['state'], string>> = {
  uploading: 'The upload expires; the reservation stays until it lapses.',
  submitted: 'Nothing to do: the verifier decides.',
  verifying: 'Nothing to do: the verifier decides.',
  review: 'Undecided at the deadline, the capture is rejected as `undecided`.',
  accepted: 'Nothing to do: the contributor is paid once the log covers the verdict.',
};

function deadlineOf(row: CaptureRow): string | null {
  if (row.state === 'uploading') return toWireTime(row.upload_expires_at);
  return row.state === 'review' && row.review_until !== null ? toWireTime(row.review_until) : null;
}

function actionsOf(row: CaptureRow, viewer: CaptureViewer): AvailableAction[] {
  const post = (action: string) => ({ action, method: 'POST', path: `/v1/captures/${row.id}/${action}` });
  if (viewer === 'contributor' && row.state === 'uploading') return [post('submit')];
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
