import fc from 'fast-check';
import { manifestBytes, sealedManifestSchema, sealOf, type Reservation } from '../protocol/index.js';
import { DeviceKey, isSignedBy } from './device-key.js';
import { sealCapture, type SealedCapture, type Shot } from './sealing.js';

const RESERVATION = {
  id: `rsv_${'1'.repeat(32)}`,
  bounty_id: `bty_${'2'.repeat(32)}`,
  challenge: { nonce: 'n'.repeat(32), code: 'ACD-EFH', issued_at: '2026-11-21T06:00:00.000Z' },
} as Pick<Reservation, 'id' | 'bounty_id' | 'challenge'>;
const SHOT: Shot = {
  bytes: Uint8Array.of(0xff, 0xd8, 0xff),
  media_type: 'image/jpeg',
  place: { lat: 32.7448, lng: 129.8737, accuracy_m: 12 },
  captured_at: '2026-11-21T15:12:00+09:00',
};
const deviceOf = async (key: DeviceKey) => ({ id: `dev_${'3'.repeat(32)}`, key });

describe('a sealed capture', () => {
  it('binds bytes, challenge, place and time under a signature that verifies after a way through storage', async () => {
    const key = await DeviceKey.generate();
    const device = await deviceOf(key);
    const place = fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lng: fc.double({ min: -180, max: 180, noNaN: true }),
      accuracy_m: fc.double({ min: 0, max: 10_000, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), place, async (bytes, place) => {
        const made = await sealCapture(RESERVATION, { ...SHOT, bytes, place }, device);
        const stored = JSON.parse(JSON.stringify(made)) as SealedCapture;
        const { manifest, signature } = sealedManifestSchema.parse(stored.sealed);
        expect(await isSignedBy(key.publicKey, manifestBytes(manifest), signature!)).toBe(true);
        expect(sealOf(stored.sealed)).toBe(made.seal);
        expect(manifest).toMatchObject({
          challenge_nonce: RESERVATION.challenge.nonce,
          media: { bytes: bytes.length },
        });
      }),
      { numRuns: 40 },
    );
  });

  it('has another seal for any other byte, place, time, finding or reservation', async () => {
    const device = await deviceOf(await DeviceKey.generate());
    const shots: Shot[] = [
      SHOT,
      { ...SHOT, bytes: Uint8Array.of(0xff, 0xd8, 0xfe) },
      { ...SHOT, place: { ...SHOT.place, lat: 32.7449 } },
      { ...SHOT, captured_at: '2026-11-21T15:12:01+09:00' },
      { ...SHOT, finding: 'absent' },
    ];
    const seals = await Promise.all(shots.map((shot) => sealCapture(RESERVATION, shot, null)));
    const elsewhere = await sealCapture(
      { ...RESERVATION, id: `rsv_${'9'.repeat(32)}` as Reservation['id'] },
      SHOT,
      null,
    );
    const signed = await sealCapture(RESERVATION, SHOT, device);
    expect(new Set([...seals, elsewhere, signed].map(({ seal }) => seal)).size).toBe(shots.length + 2);
  });

  it('verifies no more once anything in it was changed', async () => {
    const key = await DeviceKey.generate();
    const { sealed } = await sealCapture(RESERVATION, SHOT, await deviceOf(key));
    const moved = { ...sealed.manifest, place: { ...sealed.manifest.place, lat: 35 } };
    expect(await isSignedBy(key.publicKey, manifestBytes(moved), sealed.signature!)).toBe(false);
  });

  it('without a device names none and has no signature', async () => {
    const { sealed } = await sealCapture(RESERVATION, SHOT, null);
    expect(sealed).toMatchObject({ manifest: { device_id: null, finding: 'present' }, signature: null });
  });

  it.each([
    ['no bytes', { bytes: new Uint8Array() }],
    ['a media type that is not taken', { media_type: 'image/gif' }],
    ['a place off the earth', { place: { lat: 91, lng: 0, accuracy_m: 1 } }],
    ['a time without a zone', { captured_at: '2026-11-21T15:12:00' }],
  ])('is not made of %s', async (_, change) => {
    await expect(sealCapture(RESERVATION, { ...SHOT, ...change } as Shot, null)).rejects.toThrow();
  });
});
