import { attestationClientData, type AttestationOf } from '@groundtruth/sdk/protocol';
import { verifyAppAttest } from './app-attest.js';
import { attestationUnavailable } from './attestation-refused.js';
import { DeviceAttestor, type AttestationClaim, type AttestationFacts } from './device-attestor.js';

/** App Attest: Apple vouches for the app and for a key of the app's; with that key the app vouches for the enrolled one. */
export class AppAttestAttestor extends DeviceAttestor<'app_attest'> {
  readonly format = 'app_attest';

  constructor(private readonly appIds: readonly string[]) {
    super();
  }

  async attest(statement: AttestationOf<'app_attest'>, claim: AttestationClaim): Promise<AttestationFacts> {
    if (this.appIds.length === 0) throw attestationUnavailable('no app is configured for App Attest');
    const proved = verifyAppAttest({
      attestation: Buffer.from(statement.attestation, 'base64'),
      key_id: statement.key_id,
      client_data: attestationClientData(statement.challenge, claim.public_key),
      app_ids: this.appIds,
      development: claim.mode === 'test',
      at: claim.at,
    });
    return { format: this.format, ...proved };
  }
}
