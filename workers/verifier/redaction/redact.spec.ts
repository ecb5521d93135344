/** @jest-environment ./test/support/inference-environment.cjs */
import { resolve } from 'node:path';
import exifr from 'exifr';
import sharp from 'sharp';
import { builtDecoder } from '../../../test/support/decoder.js';
import { photo } from '../../../test/support/photos.js';
import { derive } from '../decoder/redaction.js';
import { overlap } from '../models/overlap.js';
import { decodePicture, type Picture } from '../media/picture.js';
import { loadModels, type ModelLibrary } from '../models/library.js';
import { BLOCK, blocksOf } from './cover.js';
import { redact } from './redact.js';
import { regionsOf } from './regions.js';

const ROOT = resolve(__dirname, '../../..');
/** Photographs with faces inside an npm package, for tests only. */
const PEOPLE = resolve(ROOT, 'node_modules/@vladmandic/human/assets/samples.jpg');
const NOTHING = { labels: [], text: false, kept: [] };

let models: ModelLibrary;
let people: Picture;
beforeAll(async () => {
  const { cache_directory, package_root } = builtDecoder();
  models = await loadModels(cache_directory, package_root, ['cpu']);
  // The upper row of the samples: eight small photographs of people.
  const row = await sharp(PEOPLE)
    .extract({ left: 0, top: 0, width: 1184, height: 146 })
    .jpeg({ quality: 95 })
    .toBuffer();
  people = (await decodePicture(row)).picture!;
});

const found = async (picture: Picture) => ({
  faces: await models.faces.find(picture),
  detections: (await models.detector.detect(picture)).detections,
  lines: await models.text.read(picture),
});

describe('faces in a photograph', () => {
  it('are not found any more, and every pixel where they were has the one colour of its place', async () => {
    const before = await found(people);
    expect(before.faces.filter(({ score }) => score > 0.6).length).toBeGreaterThanOrEqual(5);
    const { jpeg, regions, withheld } = await redact(people, before, NOTHING);
    expect(withheld).toBeNull();
    expect(regions.face).toBeGreaterThanOrEqual(5);
    const after = (await decodePicture(jpeg!)).picture!;
    const left = (await models.faces.find(after)).filter(({ score }) => score > 0.5);
    for (const face of before.faces.filter(({ score }) => score > 0.6))
      for (const one of left) expect(overlap(face.box, one.box)).toBeLessThan(0.2);

    // Regions may lie over each other, so each whole block inside one must be flat by itself.
    const places = regionsOf({ ...before, aspect: people.width / people.height }, []);
    let blocks = 0;
    for (const { box } of places) {
      const { left: x0, top, right, bottom } = blocksOf(box, people);
      for (let y = top; y + BLOCK <= bottom; y += BLOCK)
        for (let x = x0; x + BLOCK <= right; x += BLOCK, blocks++) expect(spreadOf(after, x, y)).toBe(0);
    }
    expect(blocks).toBeGreaterThan(100);
  });

  it('are gone from the same bytes each time', async () => {
    const [one, other] = [await derive(models, people, NOTHING), await derive(models, people, NOTHING)];
    expect(one.jpeg!.equals(other.jpeg!)).toBe(true);
    expect(one.evidence.regions).toEqual(other.evidence.regions);
  });

  it('that fill the picture leave nothing to publish', async () => {
    const face = (await models.faces.find(people)).find(({ score, box }) => score > 0.6 && box.height > 0.1)!;
    const { left, top, right, bottom } = blocksOf(face.box, people);
    const portrait = await sharp(people.rgb, { raw: { width: people.width, height: people.height, channels: 3 } })
      .extract({ left: left - 8, top: Math.max(0, top - 8), width: right - left + 16, height: bottom - top + 16 })
      .resize(400)
      .jpeg()
      .toBuffer();
    const { evidence, jpeg } = await derive(models, (await decodePicture(portrait)).picture!, {
      ...NOTHING,
      labels: ['person'],
    });
    expect(evidence.withheld).toMatch(/^covers_/);
    expect(jpeg).toBeNull();
    expect(evidence.width).toBeNull();
  });
});

/** Largest difference within one block and channel. */
function spreadOf({ rgb, width }: Picture, x0: number, y0: number): number {
  let spread = 0;
  for (let channel = 0; channel < 3; channel++) {
    let [low, high] = [255, 0];
    for (let y = y0; y < y0 + BLOCK; y++)
      for (let x = x0; x < x0 + BLOCK; x++) {
        const value = rgb[(y * width + x) * 3 + channel]!;
        [low, high] = [Math.min(low, value), Math.max(high, value)];
      }
    spread = Math.max(spread, high - low);
  }
  return spread;
}

describe('a derivative', () => {
  it('holds no metadata, colour profile or thumbnail of its original, whatever that carried', async () => {
    const original = await sharp(photo('nagasaki-boats'))
      .withExif({ IFD0: { Make: 'Maker', Copyright: 'Somebody' }, IFD3: { GPSLatitude: '32/1 44/1 0/1' } })
      .withXmp(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>',
      )
      .withIccProfile('p3')
      .jpeg()
      .toBuffer();
    const carried = await sharp(original).metadata();
    expect([carried.exif, carried.xmp, carried.icc].every(Boolean)).toBe(true);

    const { jpeg } = await derive(models, (await decodePicture(original)).picture!, NOTHING);
    const { exif, xmp, icc, iptc, format } = await sharp(jpeg!).metadata();
    expect({ exif, xmp, icc, iptc, format }).toEqual({
      exif: undefined,
      xmp: undefined,
      icc: undefined,
      iptc: undefined,
      format: 'jpeg',
    });
    expect(await exifr.thumbnail(jpeg!).catch(() => undefined)).toBeUndefined();
    expect(segmentsOf(jpeg!)).toEqual([]);
    for (const secret of ['Maker', 'Somebody', 'xmpmeta', 'Exif']) expect(jpeg!.includes(secret)).toBe(false);
  });

  it('is looked at by the same models, from its own bytes, and still shows what was asked for', async () => {
    const { picture } = await decodePicture(photo('march-pastoral'));
    const { evidence, jpeg } = await derive(models, picture!, { labels: ['sheep'], text: true, kept: [] });
    expect(evidence.withheld).toBeNull();
    const again = (await decodePicture(jpeg!)).picture!;
    expect([again.width, again.height]).toEqual([evidence.width, evidence.height]);
    expect(evidence.objects!.label_scores).toEqual((await models.detector.detect(again)).label_scores);
    expect(evidence.text!.lines).toEqual(await models.text.read(again));
    expect(evidence.objects!.label_scores.sheep).toBeGreaterThan(0.42);
  });

  it('is withheld when the list of faces may be cut', async () => {
    const flat: Picture = { width: 64, height: 64, rgb: Buffer.alloc(64 * 64 * 3, 120) };
    const face = { score: 0.9, box: { x: 0, y: 0, width: 0.01, height: 0.01 } };
    const crowd = (length: number) => ({ faces: Array.from({ length }, () => face), detections: [], lines: [] });
    expect((await redact(flat, crowd(199), NOTHING)).withheld).toBeNull();
    expect((await redact(flat, crowd(200), NOTHING)).withheld).toBe('too_many');
  });

  it('never exceeds what an answer may carry, even of noise', async () => {
    const rgb = Buffer.from(
      Uint8Array.from({ length: 1024 * 1024 * 3 }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255),
    );
    const { jpeg, withheld } = await redact(
      { width: 1024, height: 1024, rgb },
      { faces: [], detections: [], lines: [] },
      NOTHING,
    );
    expect(withheld === 'too_large' || jpeg!.length <= 2 * 1024 * 1024).toBe(true);
  });
});

/** Application and comment segments before the scan. */
function segmentsOf(jpeg: Buffer): string[] {
  const names: string[] = [];
  for (
    let at = 2;
    at < jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda;
    at += 2 + jpeg.readUInt16BE(at + 2)
  ) {
    const marker = jpeg[at + 1]!;
    if (marker >= 0xe0 && marker <= 0xef) names.push(`APP${marker - 0xe0}`);
    if (marker === 0xfe) names.push('COM');
  }
  return names;
}
