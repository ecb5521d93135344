import type { AttestationFormat, AttestationOf, DevicePublicKey, Mode } from '@groundtruth/sdk/protocol';
import type { Instant } from '../../kernel/clock.js';

/** What an attestation must be about. */
export interface AttestationClaim {
  /** The key being enrolled; that it is held has been proved. */
  readonly public_key: DevicePublicKey;
  readonly mode: Mode;
  readonly at: Instant;
}

/** What was proved, as it is kept with the device: JSON values, nothing that names a person. */
export interface AttestationFacts {
  readonly format: AttestationFormat;
  readonly [fact: string]: string | number | boolean | null;
}

/** One platform's way to vouch that a key is bound to hardware in an unmodified app. */
export abstract class DeviceAttestor<F extends AttestationFormat = AttestationFormat> {
  abstract readonly format: F;

  /**
   * Whether the statement proves the claim. Changes nothing; whether its challenge was issued and unused is the caller's to see.
   * @throws {DomainError} `attestation_unavailable` when it cannot be checked here; `attestation_refused` with `reason` when it does not hold.
   */
  abstract attest(statement: AttestationOf<F>, claim: AttestationClaim): Promise<AttestationFacts>;
}
