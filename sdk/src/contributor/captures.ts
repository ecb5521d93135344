import { sha256, toHex, type Capture, type Seal } from '../protocol/index.js';
import { Captures } from '../agent/captures.js';
import type { CallOptions } from '../http/index.js';
import type { SealedCapture } from './sealing.js';

/** Longest one upload may take, in milliseconds: 25 MiB over a slow phone. The server cuts it off at the same time. */
const UPLOAD_MS_MAX = 300_000;

/** Captures as their contributor makes them. */
export class ContributorCaptures extends Captures {
  /**
   * Registers a seal: from this moment the capture provably existed. Registering it again answers the first moment.
   *
   * @example
   * const { received_at } = await contributor.captures.seal(sealed);
   * @throws {ProblemError} `not_found`, `reservation_state`, `seal_conflict`, `window_closed`.
   */
  seal({ reservation_id, seal }: SealedCapture, options: CallOptions = {}): Promise<Seal> {
    return this.transport.call('create_seal', { ...options, body: { reservation_id, seal } });
  }

  /**
   * Announces a sealed capture. Announcing the same seal again answers the same capture.
   *
   * @example
   * const capture = await contributor.captures.create(sealed);
   * @returns State `uploading`, with the signed link in `upload`.
   * @throws {ProblemError} `not_found`, `reservation_state`, `policy_refused`, `seal_conflict`, `window_closed`, `seal_invalid`,
   * `challenge_mismatch`, `device_not_enrolled`, `certificate_expired`.
   */
  create({ reservation_id, sealed }: SealedCapture, options: CallOptions = {}): Promise<Capture> {
    return this.transport.call('create_capture', { ...options, body: { reservation_id, sealed } });
  }

  /**
   * Uploads the sealed bytes to the link of the capture. The same bytes again change nothing. Does nothing once they are handed in.
   *
   * @example
   * const capture = await contributor.captures.create(sealed);
   * await contributor.captures.upload(capture, bytes);
   * @throws {ProblemError} `upload_url_invalid`, `upload_conflict`, `upload_too_large`, `media_mismatch`.
   */
  async upload({ upload }: Pick<Capture, 'upload'>, bytes: Uint8Array, { signal }: CallOptions = {}): Promise<void> {
    if (upload) await this.transport.put(upload, bytes, { signal, attempt_ms_max: UPLOAD_MS_MAX });
  }

  /**
   * Hands the uploaded capture in for verification. Handing it in again answers how it stands.
   *
   * @example
   * const capture = await contributor.captures.create(sealed);
   * await contributor.captures.upload(capture, bytes);
   * const { state } = await contributor.captures.submit(capture.id);
   * @throws {ProblemError} `not_found`, `upload_incomplete`, `media_mismatch`, `reservation_state`, `capture_state`.
   */
  submit(id: string, options: CallOptions = {}): Promise<Capture> {
    return this.transport.call('submit_capture', { ...options, id });
  }

  /**
   * Seal, announce, upload, hand in: all of a sealed capture that needs a network. Its idempotency keys follow from the seal, so it
   * may be run again after any failure, a crash of this program included, and it is still one capture.
   *
   * @example
   * for (const { sealed, bytes } of await outbox.all()) await contributor.captures.uploadSealed(sealed, bytes);
   * @returns State `submitted`, or a later one when it had been handed in before.
   * @throws {RangeError} when the bytes are not the sealed ones. @throws {ProblemError} as the four steps.
   */
  async uploadSealed(sealed: SealedCapture, bytes: Uint8Array, { signal }: CallOptions = {}): Promise<Capture> {
    const expected = sealed.sealed.manifest.media.sha256;
    if (toHex(sha256(bytes)) !== expected) throw new RangeError(`these are not the bytes that hash to ${expected}`);
    await this.seal(sealed, { signal, idempotencyKey: `seal-${sealed.seal}` });
    const capture = await this.create(sealed, { signal, idempotencyKey: `capture-${sealed.seal}` });
    await this.upload(capture, bytes, { signal });
    return this.submit(capture.id, { signal, idempotencyKey: `submit-${sealed.seal}` });
  }
}
