import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { MEDIA_BYTES_MAX, MEDIA_TYPES } from '@groundtruth/sdk/protocol';
import { builtDecoder } from '../../test/support/decoder.js';
import { eventually } from '../../test/support/eventually.js';
import { photo, sheepWithCard } from '../../test/support/photos.js';
import { DecoderProcess } from './decoder-process.js';
import {
  FILE_BYTES_MAX,
  IMAGE_TYPES,
  READING_TYPES,
  VIDEO_TYPES,
  type Evidence,
  type Outcome,
  type Stage,
} from './decoder/protocol.js';
import { HASH_VERSION } from './media/perceptual-hash.js';
import { CENTERNET } from './models/manifest.js';

const { pass_at, fail_below, absent_below, guard_band } = CENTERNET.thresholds;
const SECRET = 'verdict-key-0xfeed';
let decoder: DecoderProcess;

beforeAll(async () => {
  process.env.GROUNDTRUTH_TEST_SECRET = SECRET;
  decoder = await DecoderProcess.start({ ...builtDecoder(), providers: ['cpu'] });
});
afterAll(async () => {
  delete process.env.GROUNDTRUTH_TEST_SECRET;
  await decoder.stop();
});
afterEach(() => decoder.forget());

function known<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.reason}: ${outcome.detail}`);
  return outcome.value;
}

async function evidenceOf<S extends Stage & ('decode' | 'hash' | 'objects' | 'text' | 'moire' | 'light' | 'embed')>(
  bytes: Buffer,
  stage: S,
): Promise<Evidence<S>> {
  known(await decoder.inspect(bytes, 'image/jpeg'));
  if (stage !== 'decode') known(await decoder.decode());
  return known((await decoder[stage]()) as Outcome<Evidence<S>>);
}

describe('the decoder process', () => {
  it('opens what the exchange takes', () => {
    expect([...IMAGE_TYPES, ...VIDEO_TYPES, ...READING_TYPES]).toEqual(MEDIA_TYPES);
    expect(FILE_BYTES_MAX).toBe(MEDIA_BYTES_MAX);
  });

  it('starts with its models loaded and says what it is', async () => {
    const hello = known(await decoder.hello());
    expect(hello).toMatchObject({ provider: 'cpu', network_isolated: decoder.sandboxName !== 'none' });
    expect(hello.models.map(({ model }) => model)).toEqual([
      'centernet-mobilenetv3-coco80',
      'pp-ocr-v4-mobile',
      'mobilenet-v2-nsfw',
      'blazeface-back',
    ]);
  });

  it('tells a decent photo, gives its hash, and compares it with a reference, which may be refused', async () => {
    const bytes = photo('nagasaki-boats');
    const { classes, hash } = await evidenceOf(bytes, 'embed');
    expect(classes.porn + classes.hentai + classes.sexy).toBeLessThan(0.5);
    expect(known(await decoder.embed()).hash).toBe(hash);
    const cosineTo = async (reference: Buffer) => known(await decoder.compare(reference, 'image/jpeg')).cosine;
    expect(await cosineTo(bytes)).toBe(1);
    expect(await cosineTo(photo('allium-oreophilum'))).toBeLessThan(0.6);
    const cut = known(await decoder.compare(bytes.subarray(0, 20_000), 'image/jpeg'));
    expect(cut).toMatchObject({ cosine: null, refusal: { reason: 'truncated' } });
    const film = known(await decoder.compare(Buffer.from('no picture at all'), 'image/jpeg'));
    expect(film).toMatchObject({ cosine: null, refusal: { reason: 'unsupported_type' } });
    // The photo in hand is still the same one.
    expect(await cosineTo(bytes)).toBe(1);
  });

  it('resolves a reading in the canonical unit of the quantity, and refuses what is none', async () => {
    const part = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64url');
    const id = (prefix: string): string => `${prefix}_${'1'.repeat(32)}`;
    const claims = {
      kid: id('dev'),
      bounty_id: id('bty'),
      reservation_id: id('rsv'),
      nonce: 'n'.repeat(32),
      seq: 3,
      instrument: { id: 'x', calibrated_on: null },
    };
    const header = part({ alg: 'ES256', cty: 'senml+json', ...claims });
    const file = (pack: unknown) => Buffer.from(`${header}.${part(pack)}.${'A'.repeat(86)}`);
    const resolved = async (bytes: Buffer) => {
      expect(known(await decoder.inspect(bytes, 'application/jose')).refusal).toBeNull();
      return known(await decoder.reading('air_temperature'));
    };
    const at = Date.parse('2026-11-21T06:00:00Z');
    const record = { n: 't', u: 'K', t: at / 1000, v: 294.55 };
    const { samples, ...rest } = await resolved(file([record]));
    expect(rest).toMatchObject({ refusal: null, claims, unit: 'K' });
    expect(samples).toEqual([{ at, value: expect.closeTo(21.4, 9) }]);
    expect(await resolved(file([{ ...record, u: 'hPa' }]))).toMatchObject({ refusal: { reason: 'unit' }, samples: [] });
    expect(await resolved(file([{ ...record, v: 'warm' }]))).toMatchObject({ refusal: { reason: 'not_senml' } });
    const large = known(await decoder.inspect(file([{ ...record, x: 'x'.repeat(64_000) }]), 'application/jose'));
    expect(large.refusal?.reason).toBe('too_many_bytes');
  });

  it('holds no secret: of its parent’s environment it has nothing', async () => {
    const { environment } = known(await decoder.hello());
    expect(environment).not.toContain('GROUNDTRUTH_TEST_SECRET');
    expect(
      environment.filter((name) => !['PATH', 'LANG', 'TZ', 'PWD', 'VIPSHOME', 'ORT_DISABLE_TELEMETRY'].includes(name)),
    ).toEqual([]);
    if (process.platform === 'linux')
      expect(readFileSync(`/proc/${decoder.pid}/environ`, 'utf8')).not.toContain(SECRET);
  });

  it('finds the sheep in a photo of sheep, and the code on the card beside them', async () => {
    const { detections, model_sha256, provider } = await evidenceOf(await sheepWithCard('KX7-42P'), 'objects');
    const sheep = detections.filter(({ label }) => label === 'sheep');
    expect(sheep[0]?.score).toBeGreaterThan(pass_at + guard_band);
    expect({ model_sha256, provider }).toEqual({ model_sha256: CENTERNET.sha256, provider: 'cpu' });
    // The large ewe in the middle.
    const ewe = sheep.find(
      ({ box }) => box.x < 0.55 && box.x + box.width > 0.7 && box.y < 0.55 && box.y + box.height > 0.6,
    );
    expect(ewe?.box.width).toBeGreaterThan(0.3);

    const { lines } = known(await decoder.text());
    expect(lines).toMatchObject([{ text: 'KX7-42P' }]);
    expect(lines[0]?.confidence).toBeGreaterThan(0.9);
    expect(lines[0]?.box.y).toBeGreaterThan(0.8);
  });

  it('finds no sheep and no text on a mountain', async () => {
    const { detections, label_scores } = await evidenceOf(photo('french-alpine-landscape'), 'objects');
    expect(detections.filter(({ score }) => score >= fail_below)).toEqual([]);
    expect(label_scores.sheep).toBeLessThan(absent_below - guard_band);
    expect(known(await decoder.text()).lines).toEqual([]);
  });

  it('is honestly unsure of boats and of a bud', async () => {
    const boats = await evidenceOf(photo('nagasaki-boats'), 'objects');
    expect(boats.label_scores.boat).toBeGreaterThan(fail_below + guard_band);
    expect(boats.label_scores.boat).toBeLessThan(pass_at - guard_band);
    const bud = await evidenceOf(photo('allium-oreophilum'), 'objects');
    expect(bud.label_scores['potted plant']).toBeLessThan(fail_below);
  });

  it('reads a card that stands upright only by the orientation tag', async () => {
    const upright = await sheepWithCard('HW9-4TC');
    const stored = await sharp(upright).rotate(270).withMetadata({ orientation: 6 }).jpeg({ quality: 95 }).toBuffer();
    expect((await evidenceOf(stored, 'text')).lines.map(({ text }) => text)).toEqual(['HW9-4TC']);
    const unturned = await sharp(upright).rotate(180).jpeg({ quality: 95 }).toBuffer();
    expect((await evidenceOf(unturned, 'text')).lines.map(({ text }) => text)).not.toContain('HW9-4TC');
  });

  it('gives the same evidence for the same bytes', async () => {
    const [a, b] = [
      await evidenceOf(photo('march-pastoral'), 'objects'),
      await evidenceOf(photo('march-pastoral'), 'objects'),
    ];
    expect({ ...b, duration_ms: 0 }).toEqual({ ...a, duration_ms: 0 });
  });

  it('refuses a damaged photo in words and goes on', async () => {
    const cut = photo('march-pastoral').subarray(0, 90_000);
    expect(await evidenceOf(cut, 'decode')).toMatchObject({ refusal: { reason: 'truncated' }, width: null });
    expect(await evidenceOf(photo('march-pastoral'), 'hash')).toMatchObject({ hash_version: HASH_VERSION });
  });

  it('refuses a file over the upload limit without reading on', async () => {
    const bytes = Buffer.concat([photo('march-pastoral'), Buffer.alloc(MEDIA_BYTES_MAX)]);
    expect(known(await decoder.inspect(bytes, 'image/jpeg')).refusal?.reason).toBe('too_many_bytes');
  });

  it('asked out of order answers that this was a mistake, and goes on', async () => {
    known(await decoder.inspect(Buffer.from('<svg/>'), 'image/jpeg'));
    expect(await decoder.decode()).toMatchObject({ ok: false, reason: 'bug' });
    expect((await decoder.inspect(photo('march-pastoral'), 'image/jpeg')).ok).toBe(true);
    expect(await decoder.objects()).toMatchObject({ ok: false, reason: 'bug' });
  });

  it('killed with a photo in hand loses that photo, not the next', async () => {
    known(await decoder.inspect(photo('nagasaki-boats'), 'image/jpeg'));
    const victim = decoder.pid ?? 0;
    const pending = decoder.decode();
    process.kill(victim, 'SIGKILL');
    expect(await pending).toMatchObject({ ok: false, reason: 'crashed' });
    // A fresh decoder has never seen the photo, so it must not be asked about it.
    expect(await decoder.hash()).toMatchObject({ ok: false, reason: 'crashed' });
    await decoder.forget();
    await eventually(() => decoder.pid, 'the next decoder');
    expect(decoder.pid).not.toBe(victim);
    expect(known(await decoder.inspect(photo('nagasaki-boats'), 'image/jpeg')).refusal).toBeNull();
  });

  it('does not start on a weights file that is not the pinned one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'groundtruth-root-'));
    const { package_root, ...rest } = builtDecoder();
    const assets = join('node_modules', '@gutenye', 'ocr-models', 'assets');
    mkdirSync(join(root, 'node_modules', '@vladmandic'), { recursive: true });
    symlinkSync(
      join(package_root, 'node_modules', '@vladmandic', 'human'),
      join(root, 'node_modules', '@vladmandic', 'human'),
    );
    cpSync(join(package_root, assets), join(root, assets), { recursive: true });
    cpSync(join(root, assets, 'ch_ppocr_mobile_v2.0_cls_infer.onnx'), join(root, assets, 'ch_PP-OCRv4_det_infer.onnx'));
    try {
      await expect(DecoderProcess.start({ ...rest, package_root: root, providers: ['cpu'] })).rejects.toThrow(
        'model_refused',
      );
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
