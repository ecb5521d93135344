/** @jest-environment ./test/support/inference-environment.cjs */
import { resolve } from 'node:path';
import sharp from 'sharp';
import { builtDecoder } from '../../../test/support/decoder.js';
import { photo, type PhotoName } from '../../../test/support/photos.js';
import { decodePicture } from '../media/picture.js';
import { convertedOnnx, packagedGraph } from './converted.js';
import { cosineOf, embeddingHash } from './embedding-hash.js';
import { MOBILENET } from './manifest.js';
import { loadMobileNet, type Embedder } from './mobilenet.js';
import { sha256Of } from './package-file.js';
import { tfjsToOnnx } from './tfjs-to-onnx.js';

const ROOT = resolve(__dirname, '../../..');

/** The original runtime's answers: classes, and the first twelve features. */
const EXPECTED_CLASSES = [0.3460243, 0.144294, 0.5010877, 0.0013975, 0.0071965];
const EXPECTED_FEATURES = [0.056916, 0, 0, 0.657139, 0, 0, 0.325676, 0.141083, 0, 0, 0.049161, 0];
const PINNED_HASH = '6fa3cd5de67f54594f5125bd351b80f977bd2537ef80234293fc35bd37d359cb';

let embedder: Embedder;
beforeAll(async () => {
  embedder = await loadMobileNet(await convertedOnnx(MOBILENET, builtDecoder().cache_directory, ROOT), ['cpu']);
});
const lookAt = async (file: Buffer) => embedder.embed((await decodePicture(file)).picture!);

/** Number of bits in which two hashes differ. */
function apart(a: string, b: string): number {
  const [one, other] = [BigInt(`0x${a}`), BigInt(`0x${b}`)];
  return (one ^ other).toString(2).replaceAll('0', '').length;
}

describe('the embedding model', () => {
  it('is converted to the pinned bytes, from one graph and two shards', async () => {
    expect(MOBILENET.weights).toHaveLength(2);
    const onnx = tfjsToOnnx(await packagedGraph(MOBILENET, ROOT), MOBILENET.cut);
    expect(sha256Of(onnx)).toBe(MOBILENET.sha256);
  });

  it('answers five probabilities and 1,792 features', async () => {
    const { classes, features } = await lookAt(photo('nagasaki-boats'));
    expect(classes).toHaveLength(MOBILENET.classes.length);
    expect(classes.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(features).toHaveLength(1792);
    expect(features.every((value) => value >= 0)).toBe(true);
  });

  it('says what the original says (@tensorflow/tfjs-core 4.22.0 on the same pixels)', async () => {
    const stripes = {
      width: 224,
      height: 224,
      rgb: Buffer.from(Array.from({ length: 224 * 224 * 3 }, (_, i) => (i * 7) % 256)),
    };
    const { classes, features } = await embedder.embed(stripes);
    EXPECTED_CLASSES.forEach((share, i) => expect(classes[i]).toBeCloseTo(share, 5));
    EXPECTED_FEATURES.forEach((value, i) => expect(features[i]).toBeCloseTo(value, 4));
  });

  it('finds a crop like its original, and other scenes unlike', async () => {
    const names: PhotoName[] = ['march-pastoral', 'nagasaki-boats', 'french-alpine-landscape', 'allium-oreophilum'];
    const looks = await Promise.all(names.map(async (name) => (await lookAt(photo(name))).features));
    const { width, height } = await sharp(photo('nagasaki-boats')).metadata();
    const [left, top] = [Math.round(width * 0.05), Math.round(height * 0.05)];
    const cropped = sharp(photo('nagasaki-boats')).extract({
      left,
      top,
      width: width - 2 * left,
      height: height - 2 * top,
    });
    const crop = (await lookAt(await cropped.jpeg({ quality: 88 }).toBuffer())).features;
    const cosines = looks.map((features) => cosineOf(features, crop));
    expect(cosines.indexOf(Math.max(...cosines))).toBe(1);
    expect(cosines[1]).toBeGreaterThan(0.86);
    const bits = looks.map((features) => apart(embeddingHash(features), embeddingHash(crop)));
    expect(bits[1]).toBeLessThanOrEqual(52);
    expect(Math.min(...bits.filter((_, i) => i !== 1))).toBeGreaterThan(62);
  });
});

describe('the hash of an embedding', () => {
  const vector = (value: (i: number) => number) => Float32Array.from({ length: 1792 }, (_, i) => value(i));

  it('is the same on every machine', () => {
    expect(embeddingHash(vector((i) => (i * i) % 97))).toBe(PINNED_HASH);
  });

  it('depends on direction alone: neither a factor nor a constant changes it', () => {
    const plain = embeddingHash(vector((i) => (i * i) % 97));
    expect(embeddingHash(vector((i) => ((i * i) % 97) * 4))).toBe(plain);
    expect(embeddingHash(vector((i) => ((i * i) % 97) + 32))).toBe(plain);
  });

  it('turns over for the opposite, and by about a half for a stranger', () => {
    const one = embeddingHash(vector((i) => (i * i) % 97));
    expect(apart(one, embeddingHash(vector((i) => 96 - ((i * i) % 97))))).toBe(256);
    const stranger = apart(one, embeddingHash(vector((i) => (i * 31) % 89)));
    expect(Math.abs(stranger - 128)).toBeLessThan(40);
  });

  it('compares nothing with nothing as unlike', () => {
    expect(
      cosineOf(
        vector(() => 0),
        vector(() => 1),
      ),
    ).toBe(0);
    expect(
      cosineOf(
        vector((i) => i),
        vector((i) => 2 * i),
      ),
    ).toBeCloseTo(1, 6);
  });
});
