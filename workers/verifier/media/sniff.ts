import { IMAGE_TYPES, type ImageType, type ReadingType, type VideoType } from '../decoder/evidence.js';

export interface Sniffed {
  /** Short name of what the first bytes are, for evidence; `unknown` when nothing known. */
  readonly name: string;
  /** Set only for the types we open: four of pictures, three of films, one of readings. */
  readonly media_type: ImageType | VideoType | ReadingType | null;
}

/**
 * Says what a file is by its first bytes; its name and the type its sender claims play no part. Only the types of
 * `IMAGE_TYPES`, `VIDEO_TYPES` and `READING_TYPES` are ever handed to a decoder; the others are named so that the refusal can say what arrived.
 */
export function sniff(bytes: Uint8Array): Sniffed {
  const name =
    MAGIC.find(({ matches }) => matches(bytes))?.name ??
    isoBrand(bytes) ??
    matroska(bytes) ??
    markup(bytes) ??
    jws(bytes) ??
    'unknown';
  return {
    name,
    media_type: IMAGE_TYPES.find((type) => type === `image/${name}`) ?? FILMS[name] ?? READINGS[name] ?? null,
  };
}

const FILMS: Readonly<Record<string, VideoType>> = {
  mp4: 'video/mp4',
  quicktime: 'video/quicktime',
  webm: 'video/webm',
};

const READINGS: Readonly<Record<string, ReadingType>> = { jws: 'application/jose' };

/** How far into a file a marker of text formats is looked for, in bytes. */
const TEXT_HEAD_BYTES = 1024;
/** How far into a file the EBML document type is looked for, in bytes. */
const EBML_HEAD_BYTES = 64;
/** Most brands read from an ISO `ftyp` box; real files list fewer than ten. */
const BRANDS_MAX = 32;

const starts = (offset: number, ...magic: number[]) => {
  return (bytes: Uint8Array): boolean => magic.every((byte, i) => bytes[offset + i] === byte);
};
const startsText = (offset: number, text: string) => starts(offset, ...Buffer.from(text, 'latin1'));
const both = (a: (bytes: Uint8Array) => boolean, b: (bytes: Uint8Array) => boolean) => {
  return (bytes: Uint8Array): boolean => a(bytes) && b(bytes);
};

const MAGIC = [
  { name: 'jpeg', matches: starts(0, 0xff, 0xd8, 0xff) },
  { name: 'png', matches: starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) },
  { name: 'webp', matches: both(startsText(0, 'RIFF'), startsText(8, 'WEBP')) },
  { name: 'riff', matches: startsText(0, 'RIFF') },
  { name: 'gif', matches: startsText(0, 'GIF8') },
  { name: 'bmp', matches: startsText(0, 'BM') },
  { name: 'tiff', matches: starts(0, 0x49, 0x49, 0x2a, 0x00) },
  { name: 'tiff', matches: starts(0, 0x4d, 0x4d, 0x00, 0x2a) },
  { name: 'pdf', matches: startsText(0, '%PDF') },
  { name: 'zip', matches: startsText(0, 'PK\x03\x04') },
  { name: 'gzip', matches: starts(0, 0x1f, 0x8b) },
  { name: 'psd', matches: startsText(0, '8BPS') },
  { name: 'jxl', matches: starts(0, 0xff, 0x0a) },
  { name: 'jxl', matches: startsText(4, 'JXL ') },
  { name: 'jp2', matches: startsText(4, 'jP  ') },
] as const;

/**
 * ISO base media (AVIF, HEIC, MP4, QuickTime) by the brands of its first box. AVIF must say so and must not also say that
 * it holds HEVC; an AVIF sequence is a film, not a photo.
 */
function isoBrand(bytes: Uint8Array): string | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16 + 4 * BRANDS_MAX));
  if (buffer.length < 16 || buffer.toString('latin1', 4, 8) !== 'ftyp') return null;
  const end = Math.min(buffer.readUInt32BE(0), buffer.length);
  const brands = [buffer.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(buffer.toString('latin1', at, at + 4));
  if (brands.some((brand) => HEVC_BRANDS.has(brand))) return 'heic';
  if (brands.includes('avis')) return 'avis';
  if (brands.includes('avif')) return 'avif';
  if (brands[0] === 'qt  ') return 'quicktime';
  return brands.some((brand) => FILM_BRANDS.has(brand)) ? 'mp4' : 'isobmff';
}

/** Of films as phones and browsers write them. */
const FILM_BRANDS = new Set(['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'M4V ']);
const HEVC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']);

/** Matroska by its EBML header; WebM when its document type says so. */
function matroska(bytes: Uint8Array): string | null {
  if (!starts(0, 0x1a, 0x45, 0xdf, 0xa3)(bytes)) return null;
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, EBML_HEAD_BYTES));
  // Element `DocType` (0x4282) of four bytes.
  return head.includes(Buffer.from('\x42\x82\x84webm', 'latin1')) ? 'webm' : 'matroska';
}

/** SVG, HTML and XML have no magic number: looked for behind a byte order mark, blanks and comments. */
function markup(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, TEXT_HEAD_BYTES));
  const text = head.toString('latin1').replaceAll('\0', '').toLowerCase();
  if (text.includes('<svg')) return 'svg';
  if (/<(?:!doctype html|html|script|body|iframe)/.test(text)) return 'html';
  return text.includes('<?xml') ? 'xml' : null;
}

/** A compact JWS: a JSON object in base64url (`{"` is `eyJ`), a dot, and nothing but base64url and dots as far as we look. */
function jws(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, TEXT_HEAD_BYTES));
  return /^eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]*$/.test(head.toString('latin1')) ? 'jws' : null;
}
