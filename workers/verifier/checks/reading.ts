import { createPublicKey, verify } from 'node:crypto';
import { fromBase64Url, median } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';
import type { ReadingEvidence } from '../decoder/evidence.js';
import type { MeasuredValue } from '../sources.js';

const DOT = '.'.charCodeAt(0);
/** An ES256 signature in base64url, in characters. */
const SIGNATURE_LENGTH = 86;

/**
 * Whether the bytes before the last dot of a compact JWS are signed by this key, as ES256 whatever the header says (RFC 7515 §5.2).
 * This opens nothing: the key must not be where hostile bytes are opened, and the signature is over the bytes as they are.
 */
export function isJwsSignedBy(content: Uint8Array, key: NonNullable<CaptureContext['device']>['public_key']): boolean {
  const dot = content.lastIndexOf(DOT);
  const signature = Buffer.from(content.subarray(dot + 1)).toString('latin1');
  if (dot < 0 || signature.length !== SIGNATURE_LENGTH || !/^[A-Za-z0-9_-]+$/.test(signature)) return false;
  const publicKey = createPublicKey({ format: 'jwk', key });
  return verify(
    'sha256',
    content.subarray(0, dot),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    fromBase64Url(signature),
  );
}

/** A reading in one number: the median of its samples at the time of the last. Null for a refused one. */
export function measuredValue(quantity_kind: string, { samples }: ReadingEvidence): MeasuredValue | null {
  const last = samples.at(-1);
  return last ? { quantity_kind, value: median(samples.map(({ value }) => value)), at: last.at } : null;
}
