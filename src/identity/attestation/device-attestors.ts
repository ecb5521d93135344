import { Inject, Injectable } from '@nestjs/common';
import type { Attestation, AttestationFormat } from '@groundtruth/sdk/protocol';
import { CONFIG, type Config } from '../../platform/config/index.js';
import { AndroidKeyAttestor } from './android-key.attestor.js';
import { AppAttestAttestor } from './app-attest.attestor.js';
import { attestationUnavailable } from './attestation-refused.js';
import { DeviceAttestor, type AttestationClaim, type AttestationFacts } from './device-attestor.js';
import { PlayIntegrityAttestor } from './play-integrity.attestor.js';

/** The attestors by format. Without configured apps every format is refused as unavailable. */
@Injectable()
export class DeviceAttestors {
  /** Formats that can be checked here. */
  readonly configured: readonly AttestationFormat[];
  private readonly byFormat: { readonly [F in AttestationFormat]: DeviceAttestor<F> };

  constructor(@Inject(CONFIG) config: Config) {
    this.configured = configuredFormats(config);
    this.byFormat = {
      app_attest: new AppAttestAttestor(config.APP_ATTEST_APP_IDS),
      android_key: new AndroidKeyAttestor({
        packages: config.ANDROID_PACKAGES,
        signing_digests: config.ANDROID_SIGNING_DIGESTS,
        status_file: config.ANDROID_STATUS_FILE,
        roots_file: config.ANDROID_ROOTS_FILE,
      }),
      play_integrity: new PlayIntegrityAttestor(),
    };
  }

  /** @throws {DomainError} `attestation_unavailable` when no format can be checked here, so that no challenge is asked for in vain. */
  requireOne(): void {
    if (this.configured.length === 0) throw attestationUnavailable('no device attestation is configured here');
  }

  /** @throws {DomainError} as `DeviceAttestor.attest`. */
  attest(statement: Attestation, claim: AttestationClaim): Promise<AttestationFacts> {
    switch (statement.format) {
      case 'app_attest':
        return this.byFormat.app_attest.attest(statement, claim);
      case 'android_key':
        return this.byFormat.android_key.attest(statement, claim);
      case 'play_integrity':
        return this.byFormat.play_integrity.attest(statement, claim);
    }
  }
}

/** The formats whose apps are configured; the tier `attested` is within reach when there is one. */
export function configuredFormats(config: Config): AttestationFormat[] {
  const formats: AttestationFormat[] = [];
  if (config.APP_ATTEST_APP_IDS.length > 0) formats.push('app_attest');
  if (config.ANDROID_PACKAGES.length > 0) formats.push('android_key'); // A rule of the configuration: never without digests and status list.
  return formats;
}
