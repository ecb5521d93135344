import { X509Certificate } from 'node:crypto';
import type { Instant } from '../../kernel/clock.js';

/** Whether the moment lies in the certificate's own period, ends included. */
export function isValidAt(certificate: X509Certificate, at: Instant): boolean {
  return Date.parse(certificate.validFrom) <= at && at <= Date.parse(certificate.validTo);
}

/** Every certificate of a PEM file, in its order. @throws {Error} for a block that is no certificate. */
export function certificatesOf(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => new X509Certificate(block));
}

/** The public key as SPKI, base64: two certificates of one key compare equal. */
export function keyOf(certificate: X509Certificate): string {
  return certificate.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
}
