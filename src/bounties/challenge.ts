import { randomBytes, randomInt } from 'node:crypto';

/** Without look-alikes: no 0/O, 1/I/L, 2/Z, 3/8/B, 5/S, 6/G, J, U/V, so that OCR and people read one thing. */
const CODE_ALPHABET = 'ACDEFHKMNPQRTWXY479';
const CODE_GROUPS = [3, 3] as const;
const NONCE_BYTES = 24;

/** A challenge nobody can foresee: a 192-bit nonce for the manifest and a short code (about 25 bits) for the scene. */
export function newChallenge(): { nonce: string; code: string } {
  const group = (length: number): string =>
    Array.from({ length }, () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)]).join('');
  return { nonce: randomBytes(NONCE_BYTES).toString('base64url'), code: CODE_GROUPS.map(group).join('-') };
}
