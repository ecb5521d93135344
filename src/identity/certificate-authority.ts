import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { DevicePublicKey } from '@groundtruth/sdk/protocol';
import type { Instant } from '../kernel/clock.js';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** The purpose that every C2PA reader takes a signer's certificate for (RFC 5280 §4.2.1.12). */
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';
/** Shown by readers as the issuer of the signature. */
const ORGANISATION = 'Groundtruth';
x509.cryptoProvider.set(webcrypto as unknown as Crypto);

/** The platform's own certificate authority for device keys. A leaf of it vouches for enrolment and raises no tier. */
export class CertificateAuthority {
  private constructor(
    private readonly root: x509.X509Certificate,
    private readonly key: webcrypto.CryptoKey,
  ) {}

  /** Opens an authority from its PEM files. */
  static async open(rootPem: string, keyPkcs8: Buffer): Promise<CertificateAuthority> {
    const key = await webcrypto.subtle.importKey('pkcs8', keyPkcs8, ECDSA, false, ['sign']);
    return new CertificateAuthority(new x509.X509Certificate(rootPem), key);
  }

  /** Makes a new root and its key. Not repeatable; the caller stores both. `until` is the root's end. */
  static async create(name: string, from: Instant, until: Instant): Promise<{ rootPem: string; keyPkcs8: Buffer }> {
    const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
    const root = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serial(),
      name: `CN=${name}`,
      notBefore: new Date(from),
      notAfter: new Date(until),
      keys,
      signingAlgorithm: ECDSA,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    });
    return {
      rootPem: root.toString('pem'),
      keyPkcs8: Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
    };
  }

  /** The root alone, PEM: what others trust our devices by. */
  get rootPem(): string {
    return this.root.toString('pem');
  }

  /** A leaf for one device key, PEM, leaf first, root after it. It meets the profile of C2PA signers (C2PA 2.1 §14.5.1). */
  async issue(publicKey: DevicePublicKey, subject: string, from: Instant, until: Instant): Promise<string> {
    const key = await webcrypto.subtle.importKey('jwk', { ...publicKey }, ECDSA, true, ['verify']);
    const leaf = await x509.X509CertificateGenerator.create({
      serialNumber: serial(),
      subject: `CN=${subject}, O=${ORGANISATION}`,
      issuer: this.root.subject,
      notBefore: new Date(from),
      notAfter: new Date(until),
      publicKey: key,
      signingKey: this.key,
      signingAlgorithm: ECDSA,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([EMAIL_PROTECTION]),
        await x509.AuthorityKeyIdentifierExtension.create(this.root.publicKey),
        await x509.SubjectKeyIdentifierExtension.create(key),
      ],
    });
    return `${leaf.toString('pem')}\n${this.root.toString('pem')}`;
  }
}

/** 16 random bytes with the top bit clear, so that the DER integer is positive (RFC 5280 §4.1.2.2). */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = bytes[0]! & 0x7f;
  return bytes.toString('hex');
}
