import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { CAPTURE_ASSERTION_LABEL, MANIFEST_STORE_UUID, MEDIA_TYPES } from '@groundtruth/sdk/protocol';
import { newAuthority, newSigner, signFile, withChanged, type TestSigner } from '../../../test/support/c2pa.js';
import type { CertificateAuthority } from '../../../src/identity/index.js';
import type { TrustAnchors } from '../decoder/evidence.js';
import { C2paReader } from './c2pa.js';
import { filmOf, held } from './film.fixture.js';

const NOW = Date.now();
const HOUR_MS = 3_600_000;
const reader = new C2paReader(join(process.cwd(), 'dist', 'workers', 'verifier', 'media', 'c2pa-thread.js'));
const statement = { bounty_id: 'bty_1', reservation_id: 'rsv_1', nonce: 'nonce-1' };

let ours: CertificateAuthority;
let theirs: CertificateAuthority;
let nobodys: CertificateAuthority;
let anchors: TrustAnchors;
let photo: Buffer;
let camera: TestSigner;

beforeAll(async () => {
  [ours, theirs, nobodys] = await Promise.all([newAuthority('ours'), newAuthority('theirs'), newAuthority('nobodys')]);
  anchors = { platform: ours.rootPem, third_party: theirs.rootPem };
  photo = await sharp({ create: { width: 160, height: 120, channels: 3, background: '#7a8' } })
    .jpeg()
    .toBuffer();
  camera = await newSigner(theirs);
});

const read = (bytes: Buffer, { at = NOW, trust = anchors, type = 'image/jpeg' } = {}) =>
  reader.read(bytes, type, at, trust);

describe('a manifest', () => {
  it('of a signer on the trust list is a third party’s, and says what it says', async () => {
    const signed = await signFile(photo, camera);
    const found = await read(signed);
    expect(found).toMatchObject({ state: 'third_party', codes: [], source_types: ['digitalCapture'], captures: [] });
    expect(found.signer).toBe(camera.id);
    expect(found.trust_list_sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of our own device is the platform’s, never a third party’s: not even with our root on the list of others', async () => {
    const assertions = [{ label: CAPTURE_ASSERTION_LABEL, data: { ...statement, lat: 1.5, lng: 2 } }];
    const signed = await signFile(photo, await newSigner(ours), { assertions });
    expect(await read(signed)).toMatchObject({ state: 'platform', captures: [statement] });
    const both = { platform: ours.rootPem, third_party: `${theirs.rootPem}\n${ours.rootPem}` };
    expect(await read(signed, { trust: both })).toMatchObject({ state: 'platform' });
  });

  it('of a stranger, or held against no list at all, is whole and untrusted', async () => {
    const stranger = await signFile(photo, await newSigner(nobodys));
    expect(await read(stranger)).toMatchObject({ state: 'untrusted', codes: ['signingCredential.untrusted'] });
    const none = { platform: '', third_party: '' };
    expect(await read(await signFile(photo, camera), { trust: none })).toMatchObject({
      state: 'untrusted',
      trust_list_sha256: null,
    });
  });

  it.each(MEDIA_TYPES.filter((type) => type.startsWith('image/')))('is read in %s', async (type) => {
    const picture = await sharp(photo).toFormat(type.slice(6) as 'jpeg').toBuffer(); // prettier-ignore
    const signed = await signFile(picture, camera, { media_type: type });
    expect(await read(signed, { type })).toMatchObject({ state: 'third_party' });
    expect(await read(picture, { type })).toMatchObject({ state: 'absent' });
  });

  it.each(['mp4', 'mov'])(
    'is read in a film (%s), where it shows a changed frame and appended bytes',
    async (ending) => {
      const type = ending === 'mp4' ? 'video/mp4' : 'video/quicktime';
      const film = await filmOf(await held(photo, 3), `film.${ending}`);
      const signed = await signFile(film, camera, { media_type: type });
      expect(await read(signed, { type })).toMatchObject({ state: 'third_party', signer: camera.id });
      expect(await read(film, { type })).toMatchObject({ state: 'absent' });
      const frame = Buffer.from(signed);
      frame[frame.lastIndexOf('mdat') + 100]! ^= 1;
      const appended = Buffer.concat([signed, Buffer.alloc(4, 1)]);
      for (const bytes of [frame, appended])
        expect(await read(bytes, { type })).toMatchObject({
          state: 'invalid',
          codes: expect.arrayContaining(['assertion.bmffHash.mismatch']),
        });
    },
  );

  it('in a film of a type that can hold none is none', async () => {
    const film = await filmOf(await held(photo, 3), 'film.webm');
    const bytes = Buffer.concat([film, MANIFEST_STORE_UUID]);
    expect(await read(bytes, { type: 'video/webm' })).toMatchObject({ state: 'absent', remote_manifest: false });
  });

  it('shows a changed pixel, an appended byte and an edited assertion', async () => {
    const assertions = [{ label: CAPTURE_ASSERTION_LABEL, data: statement }];
    const signed = await signFile(photo, camera, { assertions });
    const pixel = Buffer.from(signed);
    pixel[pixel.length - 10]! ^= 1;
    const appended = Buffer.concat([signed, Buffer.from([0])]);
    for (const bytes of [pixel, appended])
      expect(await read(bytes)).toMatchObject({
        state: 'invalid',
        codes: expect.arrayContaining(['assertion.dataHash.mismatch']),
      });
    const edited = withChanged(signed, 'nonce-1');
    expect(await read(edited)).toMatchObject({
      state: 'invalid',
      codes: expect.arrayContaining(['assertion.hashedURI.mismatch']),
    });
  });

  it('shows a claim that another key signed', async () => {
    const forger = { ...(await newSigner(theirs)), certificate_pem: camera.certificate_pem };
    const found = await read(await signFile(photo, forger));
    expect(found).toMatchObject({ state: 'invalid', codes: expect.arrayContaining(['claimSignature.mismatch']) });
  });

  it('is gone from a picture that was encoded again', async () => {
    const again = await sharp(await signFile(photo, camera)).jpeg({ quality: 80 }).toBuffer(); // prettier-ignore
    expect(await read(again)).toMatchObject({ state: 'absent', remote_manifest: false });
  });

  it('by a certificate that does not hold at that moment is a stranger’s, before as after', async () => {
    const brief = await newSigner(theirs, { from: NOW - HOUR_MS, until: NOW + HOUR_MS });
    const signed = await signFile(photo, brief);
    expect(await read(signed, { at: NOW + HOUR_MS - 1_000 })).toMatchObject({ state: 'third_party' });
    for (const at of [NOW + HOUR_MS + 1_000, NOW - HOUR_MS - 1_000])
      expect(await read(signed, { at })).toMatchObject({
        state: 'untrusted',
        codes: expect.arrayContaining(['signingCredential.expired']),
      });
  });

  it('kept elsewhere is not fetched: the file has none', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const remote = await signFile(photo, camera, { remote_url: `http://127.0.0.1:${port}/manifest.c2pa` });
      expect(remote.toString('latin1')).toContain(`127.0.0.1:${port}`);
      expect(await read(remote)).toMatchObject({ state: 'absent', remote_manifest: true });
      expect(asked).toEqual([]);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('that nobody can make sense of is unreadable, and the next file is read as ever', async () => {
    const signed = await signFile(photo, camera);
    const claim = withChanged(signed, 'c2pa.signature');
    const broken = Buffer.from(signed);
    broken.fill(0xff, broken.indexOf('jumb') + 200, broken.indexOf('jumb') + 600);
    for (const bytes of [broken, claim]) {
      const { state } = await read(bytes);
      expect(['unreadable', 'invalid']).toContain(state);
    }
    expect((await read(broken)).state).toBe('unreadable');
    expect(await read(signed)).toMatchObject({ state: 'third_party' });
  });
});

describe('the thread that reads', () => {
  it('that cannot be started or dies is an unreadable manifest', async () => {
    const signed = await signFile(photo, camera);
    for (const program of ['/nowhere/c2pa-thread.js', join(process.cwd(), 'jest.config.mjs')]) {
      expect(await new C2paReader(program).read(signed, 'image/jpeg', NOW, anchors)).toMatchObject({
        state: 'unreadable',
      });
    }
  });

  it('is not started for a file without a manifest', async () => {
    const nowhere = new C2paReader('/nowhere/c2pa-thread.js');
    expect(await nowhere.read(photo, 'image/jpeg', NOW, anchors)).toMatchObject({ state: 'absent', detail: null });
  });
});
