import { DomainError } from '../../kernel/problem.js';

/** Why an attestation does not hold: a stable word in the fact `reason` of `attestation_refused`. */
export type RefusalReason =
  /** No object of its format. */
  | 'malformed'
  /** A certificate does not lead to the platform's root, or an issuer in between may issue nothing. */
  | 'chain_untrusted'
  /** A certificate of the chain is not valid now. */
  | 'certificate_expired'
  /** The platform has taken a certificate of the chain back. */
  | 'certificate_revoked'
  /** Made for another challenge, or (App Attest) for another enrolled key. */
  | 'challenge_mismatch'
  /** The attested key is not the enrolled one, or not the one the statement names. */
  | 'key_mismatch'
  /** Another app, or the same name signed by somebody else. */
  | 'app_mismatch'
  /** A development build, in live mode. */
  | 'development_environment'
  /** The key is kept or used in software, was imported, or is open to other apps. */
  | 'software_key'
  /** The bootloader is unlocked or the system is not the vendor's: what it says about the app is worth nothing. */
  | 'device_modified';

export function attestationRefused(reason: RefusalReason, detail: string, cause?: unknown): DomainError {
  return new DomainError('attestation_refused', detail, { param: 'attestation', reason }, { cause });
}

export function attestationUnavailable(detail: string, hint?: string): DomainError {
  return new DomainError('attestation_unavailable', detail, { param: 'attestation.format', ...(hint && { hint }) });
}
