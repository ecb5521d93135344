import { createPublicKey, verify } from 'node:crypto';
import fc from 'fast-check';
import { deviceProofText, utf8 } from '../protocol/index.js';
import { DeviceKey, isSignedBy } from './device-key.js';

/** What the server does, by another library: ES256, raw r‖s. */
function serverAccepts(key: DeviceKey, message: Uint8Array, signature: string): boolean {
  const publicKey = createPublicKey({ key: { ...key.publicKey }, format: 'jwk' });
  return verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
}

describe('a device key', () => {
  it('signs what the server and anyone else can check, and nothing else', async () => {
    const [key, other] = await Promise.all([DeviceKey.generate(), DeviceKey.generate()]);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const signature = await key.sign(bytes);
        expect(signature).toMatch(/^[A-Za-z0-9_-]{86}$/);
        expect(serverAccepts(key, bytes, signature)).toBe(true);
        expect(serverAccepts(other, bytes, signature)).toBe(false);
        expect(await isSignedBy(key.publicKey, bytes, signature)).toBe(true);
        expect(await isSignedBy(key.publicKey, Uint8Array.of(...bytes, 0), signature)).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it('proves to one contributor that it is held', async () => {
    const key = await DeviceKey.generate();
    const proof = await key.proofFor('ctr_1');
    expect(serverAccepts(key, utf8(deviceProofText('ctr_1')), proof)).toBe(true);
    expect(serverAccepts(key, utf8(deviceProofText('ctr_2')), proof)).toBe(false);
  });

  it('gives its private half to nobody unless it was made for that', async () => {
    const key = await DeviceKey.generate();
    await expect(key.toJwk()).rejects.toThrow(/extractable/);
    expect(JSON.stringify(key)).not.toContain('"d"');
  });

  it('is the same key after being written out and taken up again, and is then closed', async () => {
    const made = await DeviceKey.generate({ exportable: true });
    const jwk = JSON.parse(JSON.stringify(await made.toJwk())) as JsonWebKey;
    const again = await DeviceKey.fromJwk(jwk);
    expect(again.publicKey).toEqual(made.publicKey);
    expect(serverAccepts(made, utf8('x'), await again.sign(utf8('x')))).toBe(true);
    await expect(again.toJwk()).rejects.toThrow(/extractable/);
  });

  it('of another curve is refused', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign', 'verify']);
    await expect(DeviceKey.fromPair(pair)).rejects.toThrow();
    await expect(DeviceKey.fromJwk(await crypto.subtle.exportKey('jwk', pair.privateKey))).rejects.toThrow();
  });
});
