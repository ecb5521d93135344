import { z } from 'zod';
import { sha256, toHex, utf8 } from './bytes.js';
import { canonicalJson } from './canonical-json.js';
import type { DevicePublicKey } from './identity.js';
import { timeOutSchema } from './time.js';

/** Ways in which a platform vouches that a key sits in hardware and is used by an unmodified app. */
export const ATTESTATION_FORMATS = ['app_attest', 'android_key', 'play_integrity'] as const;
export type AttestationFormat = (typeof ATTESTATION_FORMATS)[number];

/** 32 random bytes, base64url: made by the server, good for one attestation, for a short time. */
const challengeSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
/** Longest object of one attestation, in characters of base64: App Attest's is about 7,200. */
const BASE64_LENGTH_MAX = 24_576;
/** Certificates in an Android chain: 3 to 5 in the field. */
const CHAIN_LENGTH_MAX = 10;
/** Longest certificate of an Android chain, in characters of base64. */
const CERTIFICATE_LENGTH_MAX = 8_192;

const base64Schema = (length: number) =>
  z
    .string()
    .min(4)
    .max(length)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'expected base64');

export const attestationSchema = z.discriminatedUnion('format', [
  /** What `DCAppAttestService.attestKey(keyId, clientDataHash)` gave for `SHA-256(attestationClientData(…))`. */
  z.strictObject({
    format: z.literal('app_attest'),
    challenge: challengeSchema,
    /** The key identifier, base64 as the service answers it. */
    key_id: base64Schema(64),
    attestation: base64Schema(BASE64_LENGTH_MAX),
  }),
  /** What `KeyStore.getCertificateChain` gave for the enrolled key, made with the challenge's 32 bytes as attestation challenge. */
  z.strictObject({
    format: z.literal('android_key'),
    challenge: challengeSchema,
    /** Each certificate as base64 of its DER, the key's own first. */
    certificate_chain: z.array(base64Schema(CERTIFICATE_LENGTH_MAX)).min(2).max(CHAIN_LENGTH_MAX),
  }),
  z.strictObject({
    format: z.literal('play_integrity'),
    challenge: challengeSchema,
    token: z.string().min(1).max(BASE64_LENGTH_MAX),
  }),
]);
export type Attestation = z.infer<typeof attestationSchema>;
export type AttestationOf<F extends AttestationFormat> = Extract<Attestation, { format: F }>;

export const deviceChallengeSchema = z.object({
  challenge: z.string(),
  /** When it is worth nothing any more, used or not. */
  expires_at: timeOutSchema,
});
export type DeviceChallenge = z.infer<typeof deviceChallengeSchema>;

/**
 * The client data of an App Attest attestation: UTF-8 of the canonical JSON `{ "challenge", "public_key_sha256" }`, where the hash
 * is SHA-256 in hex of the canonical JSON of the enrolled JWK. App Attest attests a key of its own; through this text the attested
 * app vouches for the enrolled one. `clientDataHash` is SHA-256 of these bytes.
 */
export function attestationClientData(challenge: string, publicKey: DevicePublicKey): Uint8Array {
  const { kty, crv, x, y } = publicKey;
  const public_key_sha256 = toHex(sha256(utf8(canonicalJson({ kty, crv, x, y }))));
  return utf8(canonicalJson({ challenge, public_key_sha256 }));
}
