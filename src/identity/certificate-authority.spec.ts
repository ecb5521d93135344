import { X509Certificate } from 'node:crypto';
import { DeviceKey } from '@groundtruth/sdk/contributor';
import { CertificateAuthority } from './certificate-authority.js';

const HOUR_MS = 3_600_000;
const NOW = Math.floor(Date.now() / 1_000) * 1_000;

describe('a device certificate', () => {
  it('meets the profile of C2PA signers: purpose, no authority, both key identifiers, an organisation', async () => {
    const { rootPem, keyPkcs8 } = await CertificateAuthority.create('devices', NOW - HOUR_MS, NOW + HOUR_MS);
    const authority = await CertificateAuthority.open(rootPem, keyPkcs8);
    const { publicKey } = await DeviceKey.generate();
    const pem = await authority.issue(publicKey, 'dev_1', NOW, NOW + HOUR_MS);
    const [leaf, root] = (pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? []).map(
      (one) => new X509Certificate(one),
    );
    expect(root!.raw.equals(new X509Certificate(authority.rootPem).raw)).toBe(true);
    expect(leaf!.checkIssued(root!) && leaf!.verify(root!.publicKey)).toBe(true);
    expect(leaf!.ca).toBe(false);
    expect(leaf!.subject.split('\n')).toEqual(['CN=dev_1', 'O=Groundtruth']);
    expect(leaf!.keyUsage).toEqual(['1.3.6.1.5.5.7.3.4']);
    expect(leaf!.publicKey.export({ format: 'jwk' })).toMatchObject({ x: publicKey.x, y: publicKey.y });
    expect([Date.parse(leaf!.validFrom), Date.parse(leaf!.validTo)]).toEqual([NOW, NOW + HOUR_MS]);
    const [subjectKey, authorityKey] = [Buffer.from([0x55, 0x1d, 0x0e]), Buffer.from([0x55, 0x1d, 0x23])];
    expect([leaf!.raw.includes(subjectKey), leaf!.raw.includes(authorityKey)]).toEqual([true, true]);
  });
});
