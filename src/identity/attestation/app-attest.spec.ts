import 'reflect-metadata';
import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import * as x509 from '@peculiar/x509';
import { Decoder, Encoder } from 'cbor-x';
import { attestationClientData, type AttestationOf, type DevicePublicKey } from '@groundtruth/sdk/protocol';
import { verifyAppAttest, type AppAttestClaim } from './app-attest.js';
import { AppAttestAttestor } from './app-attest.attestor.js';

/** Real attestations of a real phone, from the package of the library. */
const vectors = createRequire(resolve('package.json')).resolve(
  'node-app-attest/test/fixtures/attestation-production.json',
);
const vector = (
  environment: 'production' | 'development',
): { attestation: Buffer; key_id: string; client_data: Buffer } => {
  const file = vectors.replace('production', environment);
  const { attestation, keyId, challenge } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  return {
    attestation: Buffer.from(attestation!, 'base64'),
    key_id: keyId!,
    client_data: Buffer.from(challenge!, 'base64'),
  };
};
const APP_ID = 'V8H6LQ9448.io.uebelacker.AppAttestExample';
/** The day on which the vectors were made. */
const AT = Date.parse('2024-02-07T22:00:00Z');
const claim = (changes: Partial<AppAttestClaim> = {}): AppAttestClaim => ({
  ...vector('production'),
  app_ids: [APP_ID],
  development: false,
  at: AT,
  ...changes,
});

function refusal(changes: Partial<AppAttestClaim>): unknown {
  try {
    return verifyAppAttest(claim(changes));
  } catch (error) {
    return (error as { facts?: { reason?: string } }).facts?.reason ?? error;
  }
}

describe('an App Attest attestation', () => {
  it('of a real phone holds, in either environment', () => {
    expect(verifyAppAttest(claim())).toEqual({ app_id: APP_ID, environment: 'production' });
    expect(verifyAppAttest(claim({ ...vector('development'), development: true }))).toEqual({
      app_id: APP_ID,
      environment: 'development',
    });
  });

  it('holds for one of several configured apps', () => {
    expect(verifyAppAttest(claim({ app_ids: ['AAAAAAAAAA.org.example.app', APP_ID] })).app_id).toBe(APP_ID);
  });

  it('of a development build is refused in live mode', () => {
    expect(refusal(vector('development'))).toBe('development_environment');
  });

  it.each<[string, Partial<AppAttestClaim>, string]>([
    ['for another challenge', { client_data: Buffer.from('another') }, 'challenge_mismatch'],
    ['of another app', { app_ids: ['V8H6LQ9448.io.uebelacker.Other'] }, 'app_mismatch'],
    ['of the same app by another team', { app_ids: ['AAAAAAAAAA.io.uebelacker.AppAttestExample'] }, 'app_mismatch'],
    ['where no app is configured', { app_ids: [] }, 'app_mismatch'],
    ['of another key', { key_id: vector('development').key_id }, 'key_mismatch'],
    ['that is no CBOR', { attestation: Buffer.from('no attestation') }, 'malformed'],
    ['nested without end', { attestation: Buffer.alloc(16_384, 0x81) }, 'malformed'],
  ])('%s is refused', (_what, changes, reason) => {
    expect(refusal(changes)).toBe(reason);
  });

  it('is refused before and after its certificate is valid', () => {
    const [own] = decode(vector('production').attestation).attStmt.x5c.map((der) => new X509Certificate(der));
    const until = Date.parse(own!.validTo);
    expect(refusal({ at: until })).toMatchObject({ environment: 'production' });
    expect(refusal({ at: until + 1_000 })).toBe('certificate_expired');
    expect(refusal({ at: Date.parse(own!.validFrom) - 1_000 })).toBe('certificate_expired');
  });

  it('is refused when its chain is counterfeit, names and nonce and all', async () => {
    const { attestation, client_data } = vector('production');
    const { authData, attStmt, fmt } = decode(attestation);
    const clientDataHash = createHash('sha256').update(client_data).digest();
    const nonce = createHash('sha256').update(authData).update(clientDataHash).digest();
    const x5c = await counterfeit(nonce);
    const forged = new Encoder({ useRecords: false, tagUint8Array: false }).encode({
      fmt,
      attStmt: { ...attStmt, x5c },
      authData,
    });
    expect(refusal({ attestation: forged })).toBe('chain_untrusted');
    const mixed = { fmt, attStmt: { ...attStmt, x5c: [x5c[0], attStmt.x5c[1]] }, authData };
    const mixedForged = new Encoder({ useRecords: false, tagUint8Array: false }).encode(mixed);
    expect(refusal({ attestation: mixedForged })).toBe('chain_untrusted');
  });

  it('made for another enrolled key, or for a challenge alone, does not bind this one', async () => {
    const { attestation, key_id, client_data } = vector('production');
    const key: DevicePublicKey = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) };
    const statement: AttestationOf<'app_attest'> = {
      format: 'app_attest',
      // The very challenge of the vector: it holds for the challenge, and names no enrolled key.
      challenge: client_data.toString(),
      key_id,
      attestation: attestation.toString('base64'),
    };
    await expect(
      new AppAttestAttestor([APP_ID]).attest(statement, { public_key: key, mode: 'live', at: AT }),
    ).rejects.toMatchObject({ code: 'attestation_refused', facts: { reason: 'challenge_mismatch' } });
  });
});

describe('the client data of an App Attest attestation', () => {
  const key: DevicePublicKey = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'B'.repeat(43) };
  const text = (challenge: string, of: DevicePublicKey) => Buffer.from(attestationClientData(challenge, of)).toString();

  it('is canonical JSON of the challenge and the hash of the enrolled key', () => {
    const jwk = `{"crv":"P-256","kty":"EC","x":"${'A'.repeat(43)}","y":"${'B'.repeat(43)}"}`;
    const public_key_sha256 = createHash('sha256').update(jwk).digest('hex');
    expect(text('c', key)).toBe(`{"challenge":"c","public_key_sha256":"${public_key_sha256}"}`);
  });

  it('differs for another key and for another challenge', () => {
    expect(text('c', { ...key, x: 'C'.repeat(43) })).not.toBe(text('c', key));
    expect(text('d', key)).not.toBe(text('c', key));
  });
});

interface AppAttestObject {
  readonly fmt: string;
  readonly attStmt: { readonly x5c: readonly Buffer[]; readonly receipt: Buffer };
  readonly authData: Buffer;
}

const decode = (bytes: Buffer): AppAttestObject =>
  new Decoder({ useRecords: false, mapsAsObjects: true }).decode(bytes) as AppAttestObject;

/** A leaf with the right nonce below an authority that only bears Apple's name. */
async function counterfeit(nonce: Buffer): Promise<Buffer[]> {
  const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  const [authority, own] = [await pair(), await pair()];
  const period = { notBefore: new Date('2024-01-01'), notAfter: new Date('2025-01-01'), signingAlgorithm: ECDSA };
  const subject = 'CN=Apple App Attestation CA 1,O=Apple Inc.,ST=California';
  const ca = await x509.X509CertificateGenerator.createSelfSigned({ ...period, name: subject, keys: authority });
  // SEQUENCE { [1] { OCTET STRING nonce } }, as Apple writes it.
  const extension = Buffer.concat([Buffer.from('3024a1220420', 'hex'), nonce]);
  const leaf = await x509.X509CertificateGenerator.create({
    ...period,
    subject: 'CN=forged',
    issuer: subject,
    publicKey: own.publicKey,
    signingKey: authority.privateKey,
    extensions: [new x509.Extension('1.2.840.113635.100.8.2', false, extension)],
  });
  return [leaf, ca].map(({ rawData }) => Buffer.from(rawData));

  function pair(): Promise<webcrypto.CryptoKeyPair> {
    return webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  }
}
