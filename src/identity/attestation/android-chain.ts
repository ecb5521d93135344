import { X509Certificate } from 'node:crypto';
import type { Instant } from '../../kernel/clock.js';
import { attestationRefused } from './attestation-refused.js';
import { isValidAt, keyOf } from './certificates.js';

export interface AndroidTrust {
  /** The roots that are believed, by their keys: a root issued anew for the same key is the same root. */
  readonly roots: readonly X509Certificate[];
  /** Serial numbers Google has revoked or suspended: lower-case hex without leading zeros. */
  readonly revoked: ReadonlySet<string>;
}

/**
 * Verifies the certificate chain of an Android key: each certificate issued by the next, each issuer allowed to issue, none expired or
 * revoked, the last one a trusted root. Pure.
 * @param chain DER, the key's own certificate first.
 * @returns The chain, parsed. @throws {DomainError} `attestation_refused`.
 */
export function verifyAndroidChain(
  chain: readonly Uint8Array[],
  { roots, revoked }: AndroidTrust,
  at: Instant,
): X509Certificate[] {
  const certificates = chain.map(parse);
  const root = certificates.at(-1);
  const trusted = new Set(roots.map(keyOf));
  if (!root || !trusted.has(keyOf(root)))
    throw attestationRefused('chain_untrusted', 'the chain ends at no root that is trusted here');
  certificates.slice(0, -1).forEach((certificate, index) => {
    const issuer = certificates[index + 1]!;
    // Without `ca` a genuine hardware key could issue a certificate that says anything.
    if (!issuer.ca || !certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey))
      throw attestationRefused('chain_untrusted', `certificate ${index} of the chain is not issued by the next`);
    if (!isValidAt(certificate, at))
      throw attestationRefused('certificate_expired', `certificate ${index} of the chain is not valid now`);
  });
  if (certificates.some(({ serialNumber }) => revoked.has(serialKey(serialNumber))))
    throw attestationRefused('certificate_revoked', 'a certificate of the chain has been taken back');
  return certificates;
}

/** A serial number as Google's status list writes it. */
export const serialKey = (hex: string): string => hex.toLowerCase().replace(/^0+(?=.)/, '');

function parse(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (cause) {
    throw attestationRefused('malformed', 'the chain holds something that is no certificate', cause);
  }
}
