import { sha256, toHex, type Reference } from '../protocol/index.js';
import type { BodyIn, CallOptions, Transport } from '../http/index.js';

/** Longest one upload may take, in milliseconds: 25 MiB over a slow line. The server cuts it off at the same time. */
const UPLOAD_MS_MAX = 300_000;

/** Pictures that captures are compared with. */
export class References {
  constructor(private readonly transport: Transport) {}

  /**
   * Announces and uploads a picture, to be named in criteria as `similar_to`. Nobody is shown it; its sha256 is in the verdicts of captures
   * that were compared with it. A failed upload may be repeated as a whole: what never arrives cannot be named.
   *
   * @example
   * const { id } = await groundtruth.references.create(await readFile('square.jpg'), 'image/jpeg');
   * const criteria = { all: [{ similar_to: { reference: id, min_cosine: 0.85 } }] };
   * @param bytes At most 25 MiB.
   * @throws {ProblemError} `invalid_request`, `upload_url_invalid`, `upload_too_large`, `media_mismatch`.
   */
  async create(
    bytes: Uint8Array,
    media_type: BodyIn<'create_reference'>['media_type'],
    options: CallOptions = {},
  ): Promise<Reference> {
    const body = { sha256: toHex(sha256(bytes)), media_type, bytes: bytes.length };
    const reference = await this.transport.call('create_reference', { ...options, body });
    const { signal } = options;
    if (reference.upload) await this.transport.put(reference.upload, bytes, { signal, attempt_ms_max: UPLOAD_MS_MAX });
    return reference;
  }
}
