import sharp, { type Sharp } from 'sharp';
import { photo, PHOTOS } from '../../test/support/photos.js';
import { decodePicture } from '../../workers/verifier/media/picture.js';
import { perceptualHash } from '../../workers/verifier/media/perceptual-hash.js';

/** Views cut out of each photograph, each sharing at most half its width with the next. */
const VIEWS = 12;

export interface Hashes {
  readonly upright: string;
  readonly mirror: string;
}

/** One picture, and the same picture saved again in ways that people and programs save. */
export interface Resaved {
  readonly original: Hashes;
  readonly copies: readonly Hashes[];
}

const SAVES: readonly ((picture: Sharp) => Sharp)[] = [
  (picture) => picture.jpeg({ quality: 90 }),
  (picture) => picture.jpeg({ quality: 60 }),
  (picture) => picture.jpeg({ quality: 40 }),
  (picture) => picture.webp({ quality: 60 }),
  (picture) => picture.resize({ width: 256 }).jpeg({ quality: 80 }),
  (picture) => picture.modulate({ brightness: 1.15 }).jpeg({ quality: 85 }),
  (picture) => picture.flop().jpeg({ quality: 85 }),
];

/** Views of the packaged photographs with their copies; the last copy is mirrored. */
export async function resavedPhotographs(): Promise<Resaved[]> {
  const views = PHOTOS.flatMap((name) => Array.from({ length: VIEWS }, (_, view) => ({ bytes: photo(name), view })));
  return Promise.all(views.map(({ bytes, view }) => resaved(bytes, view)));
}

async function resaved(bytes: Buffer, view: number): Promise<Resaved> {
  const { width, height } = await sharp(bytes).metadata();
  const [across, down] = [view % 4, Math.floor(view / 4)];
  const part = {
    left: Math.floor((width * across) / 5),
    top: Math.floor((height * down) / 4),
    width: Math.floor((width * 2) / 5),
    height: Math.floor(height / 2),
  };
  const png = await sharp(bytes).extract(part).png().toBuffer();
  const copies = await Promise.all(SAVES.map(async (save) => hashesOf(await save(sharp(png)).toBuffer())));
  return { original: await hashesOf(png), copies };
}

async function hashesOf(file: Buffer): Promise<Hashes> {
  const { picture } = await decodePicture(file);
  if (!picture) throw new Error('a bench photograph does not decode');
  const { upright, mirror } = await perceptualHash(picture);
  return { upright, mirror };
}
