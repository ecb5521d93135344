import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import type { VerificationJob } from '@groundtruth/sdk/protocol';
import { filmOf, held } from '../../workers/verifier/media/film.fixture.js';
import { newAuthority, newSigner, signFile } from '../support/c2pa.js';
import { Dice } from './dice.js';
import { c2paJpeg, movie } from './containers.js';

/** Largest seed, in bytes (DESIGN §11). */
export const SEED_BYTES_MAX = 64 * 1024;

/** A file that is sound, or nearly so, before it is spoiled. */
export interface Seed {
  readonly name: string;
  /** What its sender says it is. */
  readonly media_type: VerificationJob['media_type'];
  readonly bytes: Buffer;
}

/** Of a film: enough for a first, a last and one between. */
const FRAMES = 4;

const EXIF = {
  IFD0: { Make: 'Maker', Model: 'Model', Software: 'x'.repeat(40), ImageDescription: 'a field' },
  IFD2: { DateTimeOriginal: '2026:11:21 15:12:00', OffsetTimeOriginal: '+09:00' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '32/1 44/1 41/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '129/1 52/1 25/1',
    GPSDateStamp: '2026:11:21',
    GPSTimeStamp: '6/1 12/1 0/1',
    GPSHPositioningError: '6/1',
  },
};

/** Pictures of every format and coding the exchange opens, made here and now; the same in every run of one libvips. */
export async function makeSeeds(): Promise<Seed[]> {
  const jpeg = await picture(240, 180).withExif(EXIF).jpeg({ quality: 70 }).toBuffer();
  const seeds: Seed[] = [
    seed('jpeg', 'image/jpeg', jpeg),
    seed(
      'jpeg progressive',
      'image/jpeg',
      await picture(200, 150).withExif(EXIF).jpeg({ progressive: true }).toBuffer(),
    ),
    seed('jpeg grey', 'image/jpeg', await picture(160, 120).greyscale().jpeg().toBuffer()),
    seed('jpeg cmyk', 'image/jpeg', await picture(120, 90).toColourspace('cmyk').jpeg().toBuffer()),
    seed('jpeg turned', 'image/jpeg', await picture(160, 120).withMetadata({ orientation: 6 }).jpeg().toBuffer()),
    seed('png', 'image/png', await picture(100, 80).withExif(EXIF).png().toBuffer()),
    seed('png palette', 'image/png', await picture(120, 90).png({ palette: true, colours: 16 }).toBuffer()),
    seed('png interlaced', 'image/png', await picture(90, 70).png({ progressive: true }).toBuffer()),
    seed('webp', 'image/webp', await picture(240, 180).withExif(EXIF).webp({ quality: 60 }).toBuffer()),
    seed('webp lossless', 'image/webp', await picture(80, 60).webp({ lossless: true }).toBuffer()),
    seed('avif', 'image/avif', await picture(160, 120).withExif(EXIF).avif({ quality: 50, effort: 0 }).toBuffer()),
    seed('jpeg with c2pa', 'image/jpeg', c2paJpeg(jpeg)),
    seed('mp4', 'video/mp4', movie()),
    seed('mp4 film', 'video/mp4', await filmOf(await held(jpeg, FRAMES))),
    seed('reading', 'application/jose', readingFile(1)),
    seed('reading of many records', 'application/jose', readingFile(200)),
    seed('webm film', 'video/webm', await filmOf(await held(jpeg, FRAMES), 'film.webm')),
  ];
  for (const { name, bytes } of seeds) {
    if (bytes.length > SEED_BYTES_MAX) throw new Error(`the seed ${name} has ${bytes.length} bytes`);
  }
  return seeds;
}

/** A reading of so many records; nobody signed it, which is looked at only once it has been read. */
function readingFile(records: number): Buffer {
  const id = (prefix: string): string => `${prefix}_${'0'.repeat(31)}1`;
  const header = {
    ...{ alg: 'ES256', kid: id('dev'), cty: 'senml+json', bounty_id: id('bty'), reservation_id: id('rsv') },
    ...{ nonce: 'n'.repeat(32), seq: 1, instrument: { id: 'thermometer', calibrated_on: '2026-03-01' } },
  };
  const pack = Array.from({ length: records }, (_, index) => ({
    ...(index === 0 && { bn: 'urn:dev:ow:10e2073a01080063:', bt: 1_763_705_520, bu: 'Cel', bver: 10 }),
    ...{ n: 'temperature', t: index * 10, v: 20 + Math.sin(index) },
  }));
  const parts = [header, pack].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return Buffer.from([...parts, 'A'.repeat(86)].join('.'));
}

const seed = (name: string, media_type: Seed['media_type'], bytes: Buffer): Seed => ({ name, media_type, bytes });

/**
 * A picture with a C2PA manifest of a trusted signer, kept in the folder: keys and times are made once, so that runs that go on with a
 * tally spoil the same bytes. `root` is what its signer is trusted by, PEM.
 */
export async function signedSeed(directory: string): Promise<{ readonly seed: Seed; readonly root: string }> {
  const [file, rootFile] = [join(directory, 'signed.jpg'), join(directory, 'signer.pem')];
  if (!existsSync(rootFile)) {
    const authority = await newAuthority('Maker of cameras');
    const bytes = await picture(160, 120).jpeg({ quality: 70 }).toBuffer();
    await writeFile(file, await signFile(bytes, await newSigner(authority)));
    await writeFile(rootFile, authority.rootPem);
  }
  const signed = seed('jpeg signed with c2pa', 'image/jpeg', await readFile(file));
  return { seed: signed, root: await readFile(rootFile, 'utf8') };
}

/** Soft shapes with a little noise: it compresses like a photo. */
function picture(width: number, height: number): Sharp {
  const dice = new Dice(width, height);
  const rgb = Buffer.alloc(width * height * 3);
  for (let at = 0; at < rgb.length; at++) {
    const pixel = Math.floor(at / 3);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    rgb[at] = 128 + 90 * Math.sin(x / 17 + (at % 3)) * Math.cos(y / 13) + dice.below(12);
  }
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}
