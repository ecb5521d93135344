import { sha256, toHex, utf8 } from './bytes.js';
import { canonicalJson } from './canonical-json.js';
import type { Manifest, SealedManifest } from './capture.js';

/** The bytes a device signs: canonical JSON of the manifest, UTF-8. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  return utf8(canonicalJson(manifest));
}

/** The seal of a capture: SHA-256 over the canonical JSON of manifest and signature, hex. 32 bytes that reveal nothing. */
export function sealOf(sealed: SealedManifest): string {
  return toHex(sha256(utf8(canonicalJson(sealed))));
}
