import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import sharp from 'sharp';
import { CAPTURE_ASSERTION_LABEL, type Reservation } from '@groundtruth/sdk/protocol';
import { loadedC2pa, newAuthority, newSigner, signFile, type TestSigner } from '../support/c2pa.js';
import { withReadableBlob } from '../../sdk/src/contributor/c2pa-blob.js';
import { carriesManifest, signWithC2pa, type C2paShot } from '@groundtruth/sdk/contributor/c2pa';
import { sealCapture } from '@groundtruth/sdk/contributor';

const c2pa = loadedC2pa();
const id = (prefix: string) => `${prefix}_${'0'.repeat(31)}1`;
const reservation = {
  id: id('rsv'),
  bounty_id: id('bty'),
  challenge: { nonce: 'nonce-nonce-nonce-nonce-1' },
} as Reservation;

let device: TestSigner;
let root: string;
let shot: C2paShot;

beforeAll(async () => {
  const authority = await newAuthority('devices');
  root = authority.rootPem;
  device = await newSigner(authority);
  const bytes = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#28c' } }).jpeg().toBuffer(); // prettier-ignore
  const place = { lat: 32.7448, lng: 129.8737, accuracy_m: 8 };
  shot = { bytes, media_type: 'image/jpeg', place, captured_at: '2026-11-21T06:10:00+09:00' };
});

async function readBack(bytes: Uint8Array) {
  const settings = { trust: { trust_anchors: root }, verify: { remote_manifest_fetch: false, ocsp_fetch: false } };
  const reader = await c2pa.WasmReader.fromBytes('image/jpeg', bytes, JSON.stringify(settings));
  try {
    const store = JSON.parse(reader.json());
    return { state: store.validation_state, manifest: store.manifests[store.active_manifest] };
  } finally {
    reader.free();
  }
}

describe('a photo signed with C2PA', () => {
  it('states reservation, place and time, that it was captured, and is trusted by the root of its device', async () => {
    const signed = await signWithC2pa(c2pa, reservation, { ...shot, sensors: { pressure_hpa: 1013.2 } }, device);
    const { state, manifest } = await readBack(signed.bytes);
    expect(state).toBe('Trusted');
    expect(manifest.signature_info).toMatchObject({ alg: 'Es256', common_name: device.id, issuer: 'Groundtruth' });
    const [actions, capture] = manifest.assertions;
    expect(actions).toMatchObject({
      label: 'c2pa.actions.v2',
      data: { actions: [{ action: 'c2pa.created', digitalSourceType: expect.stringMatching(/\/digitalCapture$/) }] },
    });
    expect(capture).toEqual({
      label: CAPTURE_ASSERTION_LABEL,
      data: {
        bounty_id: reservation.bounty_id,
        reservation_id: reservation.id,
        nonce: reservation.challenge.nonce,
        ...shot.place,
        captured_at: shot.captured_at,
        sensors: { pressure_hpa: 1013.2 },
      },
    });
  });

  it('is the shot that is sealed: the same place and time, other bytes', async () => {
    const signed = await signWithC2pa(c2pa, reservation, shot, device);
    expect({ ...signed, bytes: null }).toEqual({ ...shot, bytes: null });
    expect(carriesManifest(shot.bytes)).toBe(false);
    expect(carriesManifest(signed.bytes)).toBe(true);
    const { sealed } = await sealCapture(reservation, signed, device);
    expect(sealed.manifest.media.bytes).toBe(signed.bytes.length);
  });

  it('is refused when it carries a manifest already, whoever made it: signing would replace it', async () => {
    const camera = await newSigner(await newAuthority('camera maker'));
    const bytes = await signFile(shot.bytes, camera);
    await expect(signWithC2pa(c2pa, reservation, { ...shot, bytes }, device)).rejects.toThrow(RangeError);
  });

  it.each([
    ['a place off the earth', { place: { lat: 91, lng: 0, accuracy_m: 1 } }],
    ['a time without a zone', { captured_at: '2026-11-21T06:10:00' }],
    ['a sensor without a proper name', { sensors: { 'Pressure hPa': 1 } }],
    ['too many sensors', { sensors: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`s${i}`, i])) }],
  ])('is refused for %s', async (_, change) => {
    await expect(signWithC2pa(c2pa, reservation, { ...shot, ...change }, device)).rejects.toThrow();
  });

  it('leaves nothing behind in the realm, also when several are signed at once and when one fails', async () => {
    expect('FileReaderSync' in globalThis).toBe(false);
    const several = Array.from({ length: 3 }, () => signWithC2pa(c2pa, reservation, shot, device));
    const failing = signWithC2pa(c2pa, reservation, { ...shot, bytes: Uint8Array.of(1, 2, 3) }, device);
    await expect(failing).rejects.toThrow(/cannot be signed.*parse/);
    for (const { bytes } of await Promise.all(several)) expect((await readBack(bytes)).state).toBe('Trusted');
    expect('FileReaderSync' in globalThis).toBe(false);
  });

  it('uses what the platform has: a worker thread’s own reader is neither replaced nor removed', async () => {
    class Own {}
    Object.assign(globalThis, { FileReaderSync: Own });
    try {
      const blob = await withReadableBlob(shot.bytes, 'image/jpeg', async (given) => given);
      expect(blob.constructor).toBe(Blob);
      expect((globalThis as { FileReaderSync?: unknown }).FileReaderSync).toBe(Own);
    } finally {
      Reflect.deleteProperty(globalThis, 'FileReaderSync');
    }
  });
});

describe('another implementation of C2PA', () => {
  const opinionOf = (bytes: Uint8Array) => {
    const program = join(process.cwd(), 'test', 'support', 'second-c2pa-opinion.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [program], { input: bytes, encoding: 'utf8' });
    if (stdout === '') throw new Error(stderr);
    return JSON.parse(stdout) as { valid: boolean; codes: string[]; labels: string[] };
  };

  it.each(['jpeg', 'png'] as const)(
    'finds a signed %s valid with its assertions, and a changed one not',
    async (format) => {
      const bytes = await sharp(shot.bytes).toFormat(format).toBuffer();
      const media_type = `image/${format}` as const;
      const signed = await signWithC2pa(c2pa, reservation, { ...shot, bytes, media_type }, device);
      const opinion = opinionOf(signed.bytes);
      expect(opinion).toMatchObject({ valid: true, codes: [] });
      expect(opinion.labels).toEqual(expect.arrayContaining(['c2pa.actions.v2', CAPTURE_ASSERTION_LABEL]));
      const changed = Uint8Array.from(signed.bytes);
      changed[changed.length - 20]! ^= 1;
      expect(opinionOf(changed)).toMatchObject({ valid: false, codes: ['assertion.dataHash.mismatch'] });
    },
  );
});
