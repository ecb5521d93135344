import { X509Certificate } from 'node:crypto';
import { Decoder, Encoder } from 'cbor-x';
import { verifyAttestation } from 'node-app-attest';
import { z } from 'zod';
import type { Instant } from '../../kernel/clock.js';
import { attestationRefused, type RefusalReason } from './attestation-refused.js';
import { isValidAt } from './certificates.js';

export interface AppAttestClaim {
  readonly attestation: Uint8Array;
  /** The key identifier, base64. */
  readonly key_id: string;
  /** The bytes whose SHA-256 the app gave as `clientDataHash`. */
  readonly client_data: Uint8Array;
  /** `TEAMID1234.com.example.app`; one of them must be the attested app. */
  readonly app_ids: readonly string[];
  /** Whether a development build is believed: in test mode only. */
  readonly development: boolean;
  readonly at: Instant;
}

const binary = z.instanceof(Uint8Array);
const objectSchema = z.object({
  fmt: z.literal('apple-appattest'),
  attStmt: z.object({ x5c: z.tuple([binary, binary]), receipt: binary }),
  authData: binary,
});
const decoder = new Decoder({ useRecords: false, mapsAsObjects: true });
const encoder = new Encoder({ useRecords: false, tagUint8Array: false });

/**
 * Verifies an App Attest object up to Apple's root, as Apple describes it ("Validating apps that connect to your server"), and that
 * its certificates are valid at `at`. Pure.
 * @returns the App ID that was attested, and the environment of the build.
 * @throws {DomainError} `attestation_refused`.
 */
export function verifyAppAttest(claim: AppAttestClaim): { app_id: string; environment: string } {
  const object = decode(claim.attestation);
  // Written anew from what was read: the library below sees exactly the fields that were looked at here.
  const attestation = encoder.encode(object);
  for (const app_id of claim.app_ids) {
    const environment = environmentFor(app_id, attestation, claim);
    if (environment === null) continue;
    if (!object.attStmt.x5c.every((der) => isValidAt(new X509Certificate(der), claim.at)))
      throw attestationRefused('certificate_expired', 'a certificate of the attestation is not valid now');
    return { app_id, environment };
  }
  throw attestationRefused('app_mismatch', 'the attested app is none of those configured here');
}

/** The environment in which the key was attested for this app; null when it was attested for another. */
function environmentFor(app_id: string, attestation: Buffer, claim: AppAttestClaim): string | null {
  const [, teamIdentifier, bundleIdentifier] = /^([^.]+)\.(.+)$/.exec(app_id) ?? [];
  try {
    return verifyAttestation({
      attestation,
      challenge: Buffer.from(claim.client_data),
      keyId: claim.key_id,
      bundleIdentifier,
      teamIdentifier,
      allowDevelopmentEnvironment: claim.development,
    }).environment;
  } catch (cause) {
    const reason = REASONS[(cause as Error).message] ?? 'malformed';
    if (reason === 'app_mismatch') return null;
    throw attestationRefused(reason, `App Attest: ${(cause as Error).message}`, cause);
  }
}

/** What the library says, in our words. */
const REASONS: Readonly<Record<string, RefusalReason>> = {
  'invalid certificate': 'chain_untrusted',
  'no sub CA certificate found': 'chain_untrusted',
  'sub CA certificate is not signed by Apple App Attestation Root CA': 'chain_untrusted',
  'no client CA certificate found': 'chain_untrusted',
  'client CA certificate is not signed by Apple App Attestation CA 1': 'chain_untrusted',
  'nonce does not match': 'challenge_mismatch',
  'keyId does not match': 'key_mismatch',
  'credentialId does not match': 'key_mismatch',
  'appId does not match': 'app_mismatch',
  'development environment is not allowed': 'development_environment',
};

function decode(bytes: Uint8Array): z.output<typeof objectSchema> {
  try {
    const { fmt, attStmt, authData } = objectSchema.parse(decoder.decode(Buffer.from(bytes)));
    const { x5c, receipt } = attStmt;
    return { fmt, attStmt: { x5c: [Buffer.from(x5c[0]), Buffer.from(x5c[1])], receipt: Buffer.from(receipt) }, authData: Buffer.from(authData) }; // prettier-ignore
  } catch (cause) {
    throw attestationRefused('malformed', 'this is no App Attest object', cause);
  }
}
