import { createHash, randomBytes } from 'node:crypto';
import type { Mode } from '@groundtruth/sdk/protocol';

const KEY_BYTES = 24;
const KEY = /^gt_(test|live)_[A-Za-z0-9_-]{32}$/;

/** A new API key: 192 random bits, its mode readable in the prefix. Shown once, stored hashed. */
export function mintApiKey(mode: Mode): string {
  return `gt_${mode}_${randomBytes(KEY_BYTES).toString('base64url')}`;
}

/** What is stored of a key. Plain SHA-256 is enough for 192 random bits: there is nothing to guess. */
export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The key in an `Authorization: Bearer` header, or null when there is none of our shape. */
export function bearerKey(header: string | undefined): string | null {
  const key = /^Bearer (\S+)$/i.exec(header ?? '')?.[1];
  return key && KEY.test(key) ? key : null;
}
