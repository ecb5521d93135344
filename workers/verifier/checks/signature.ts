import { createPublicKey, verify } from 'node:crypto';
import { fromBase64Url, manifestBytes } from '@groundtruth/sdk/protocol';
import type { CaptureContext } from '../context.js';

export type SignatureState = 'valid' | 'absent' | 'unknown_device' | 'certificate_not_valid' | 'invalid';

/**
 * What the device's ES256 signature over the sealed manifest is worth. The certificate must be valid when a third party first saw
 * the seal (t1): later expiry or renewal changes nothing.
 */
export function signatureState({ sealed, device, t1 }: CaptureContext): SignatureState {
  if (sealed.signature === null) return 'absent';
  if (!device || device.id !== sealed.manifest.device_id) return 'unknown_device';
  const key = createPublicKey({ format: 'jwk', key: device.public_key });
  const signature = fromBase64Url(sealed.signature);
  const signed = verify('sha256', manifestBytes(sealed.manifest), { key, dsaEncoding: 'ieee-p1363' }, signature);
  if (!signed) return 'invalid';
  return device.certificate_from <= t1 && t1 <= device.certificate_until ? 'valid' : 'certificate_not_valid';
}
