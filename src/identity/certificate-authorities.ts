import type { Mode } from '@groundtruth/sdk/protocol';
import type { CertificateAuthority } from './certificate-authority.js';

/** One authority per mode: a test certificate never vouches for a live capture. */
export class CertificateAuthorities {
  constructor(private readonly byMode: Readonly<Record<Mode, CertificateAuthority>>) {}

  of(mode: Mode): CertificateAuthority {
    return this.byMode[mode];
  }
}
