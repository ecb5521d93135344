import { attestationUnavailable } from './attestation-refused.js';
import { DeviceAttestor, type AttestationFacts } from './device-attestor.js';

/** Play Integrity tokens can be opened only by Google's servers, with credentials this instance has none of: always unavailable. */
export class PlayIntegrityAttestor extends DeviceAttestor<'play_integrity'> {
  readonly format = 'play_integrity';

  attest(): Promise<AttestationFacts> {
    return Promise.reject(
      attestationUnavailable('Play Integrity needs credentials of Google’s service', 'Attest with android_key.'),
    );
  }
}
