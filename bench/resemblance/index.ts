import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import {
  EMBEDDING_BITS_MAX,
  EMBEDDING_BITS_SAME,
  PERCEPTUAL_BITS_MAX,
} from '../../migrations/1764001100000-resemblance.js';
import { projectRoot } from '../../src/platform/project-root.js';
import { photo, PHOTOS } from '../../test/support/photos.js';
import { CONTRAST_MIN } from '../../workers/verifier/checks/duplicate.js';
import { perceptualHash } from '../../workers/verifier/media/perceptual-hash.js';
import { decodePicture } from '../../workers/verifier/media/picture.js';
import { convertedOnnx } from '../../workers/verifier/models/converted.js';
import { cosineOf, embeddingHash } from '../../workers/verifier/models/embedding-hash.js';
import { MOBILENET } from '../../workers/verifier/models/manifest.js';
import { loadMobileNet, type Embedder } from '../../workers/verifier/models/mobilenet.js';
import { median, writeReport, type BenchReport } from '../report.js';
import { COPIES, SECOND_PHOTOS } from './variants.js';

const PICTURE = /\.(?:jpe?g|png|webp|avif)$/i;

/**
 * How often `resemblance` holds copies, simulated second photos of one scene, and photos of different scenes, over the packaged photos and
 * those of a folder, of which each should show another scene. Figures: share held, distances in bits, cosines; explicit shares of `nsfw`.
 */
export async function run({ json, dir }: { json?: string; dir?: string }): Promise<BenchReport> {
  const cache = resolve('.groundtruth', 'bench-models');
  await mkdir(cache, { recursive: true });
  const embedder = await loadMobileNet(await convertedOnnx(MOBILENET, cache, projectRoot()), ['cpu']);
  const look = (file: Buffer): Promise<Look> => lookAt(embedder, file);
  const photos = [...PHOTOS.map(photo), ...(dir === undefined ? [] : await picturesOf(dir))];
  const looks = await inTurn(photos, look);

  const figures: Record<string, number> = { pictures: photos.length };
  const report = (name: string, pairs: readonly Pair[]): void => void Object.assign(figures, summaryOf(name, pairs));
  for (const [name, make] of Object.entries(COPIES)) {
    const pairs = await inTurn(photos, async (file, i) => pairOf(looks[i]!, await look(await make(file))));
    report(name, pairs);
  }
  for (const [name, [first, second]] of Object.entries(SECOND_PHOTOS)) {
    const pairs = await inTurn(photos, async (file) =>
      pairOf(await look(await first(file)), await look(await second(file))),
    );
    report(name, pairs);
  }
  report(
    'different_scenes',
    looks.flatMap((one, i) => looks.slice(i + 1).map((other) => pairOf(one, other))),
  );
  figures.explicit_max = Math.max(...looks.map(({ explicit }) => explicit));
  figures.embed_ms_median = median(looks.map(({ ms }) => ms));
  return writeReport({ bench: 'resemblance', ratios: {}, figures, provider: embedder.provider }, json);
}

/** What is known of a picture once it was looked at. */
interface Look {
  readonly features: Float32Array;
  readonly embedding: string;
  readonly perceptual: { readonly upright: string; readonly mirror: string } | null;
  readonly explicit: number;
  readonly ms: number;
}

interface Pair {
  readonly cosine: number;
  readonly bits: number;
  readonly held: boolean;
}

async function lookAt(embedder: Embedder, file: Buffer): Promise<Look> {
  const { picture } = await decodePicture(file);
  if (!picture) throw new Error('a bench photograph does not decode');
  const started = performance.now();
  const { classes, features } = await embedder.embed(picture);
  const ms = performance.now() - started;
  const { contrast, ...hashes } = await perceptualHash(picture);
  const explicit = ['hentai', 'porn', 'sexy'].reduce((sum, name) => sum + (classes[CLASSES.indexOf(name)] ?? 0), 0);
  return {
    features,
    embedding: embeddingHash(features),
    perceptual: contrast < CONTRAST_MIN ? null : hashes,
    explicit,
    ms,
  };
}

const CLASSES: readonly string[] = MOBILENET.classes;

/** The rule of the database function `verifier_api.resembles`. */
function pairOf(earlier: Look, later: Look): Pair {
  const bits = apart(earlier.embedding, later.embedding);
  const { perceptual } = later;
  const picture =
    earlier.perceptual && perceptual
      ? Math.min(
          apart(earlier.perceptual.upright, perceptual.upright),
          apart(earlier.perceptual.upright, perceptual.mirror),
        )
      : 0;
  const held = bits <= EMBEDDING_BITS_SAME || (bits <= EMBEDDING_BITS_MAX && picture <= PERCEPTUAL_BITS_MAX);
  return { cosine: cosineOf(earlier.features, later.features), bits, held };
}

function summaryOf(name: string, pairs: readonly Pair[]): Record<string, number> {
  const bits = pairs.map((pair) => pair.bits);
  const cosines = pairs.map((pair) => pair.cosine);
  return {
    [`${name}.held_share`]: pairs.filter(({ held }) => held).length / pairs.length,
    [`${name}.by_embedding_alone_share`]: bits.filter((one) => one <= EMBEDDING_BITS_MAX).length / pairs.length,
    [`${name}.bits_min`]: Math.min(...bits),
    [`${name}.bits_median`]: median(bits),
    [`${name}.bits_max`]: Math.max(...bits),
    [`${name}.cosine_min`]: Math.min(...cosines),
    [`${name}.cosine_max`]: Math.max(...cosines),
  };
}

/** Number of bits in which two hashes of the same length differ. */
function apart(a: string, b: string): number {
  const [one, other] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return one.reduce((sum, byte, i) => sum + ONES[byte ^ (other[i] ?? 0)]!, 0);
}

const ONES = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** Upright, so that cutting them cuts what is seen. */
async function picturesOf(dir: string): Promise<Buffer[]> {
  const names = (await readdir(dir)).filter((name) => PICTURE.test(name)).sort();
  return inTurn(names, async (name) =>
    sharp(await readFile(join(dir, name)))
      .autoOrient()
      .flatten()
      .png()
      .toBuffer(),
  );
}

async function inTurn<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) results.push(await work(item, index));
  return results;
}
