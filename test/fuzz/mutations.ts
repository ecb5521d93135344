import { crc32 } from 'node:zlib';
import type { Dice } from './dice.js';

/** One way to spoil a file. May grow it a little; never beyond `FILE_BYTES_MAX`. */
type Mutation = (bytes: Buffer, dice: Dice, other: Buffer) => Buffer;

/** Largest hostile file, in bytes: mutations add to seeds, but a fuzzer is not a test of bandwidth. */
export const FILE_BYTES_MAX = 256 * 1024;
const OPERATIONS_MAX = 6;

/** One to six mutations of one file; `other` is a second one to take pieces from. */
export function mutate(bytes: Buffer, other: Buffer, dice: Dice): Buffer {
  let spoiled = Buffer.from(bytes);
  for (let left = 1 + dice.below(OPERATIONS_MAX); left > 0 && spoiled.length > 0; left--) {
    spoiled = Buffer.from(dice.of(MUTATIONS)(spoiled, dice, other).subarray(0, FILE_BYTES_MAX));
  }
  return spoiled;
}

/** Numbers on which lengths, counts and offsets overflow. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

const flipBits: Mutation = (bytes, dice) => {
  for (let left = 1 + dice.below(16); left > 0; left--) bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8);
  return bytes;
};

/** Headers are where parsers decide: most of these fall into the first bytes. */
const spoilHeader: Mutation = (bytes, dice) => {
  const end = Math.min(bytes.length, 64);
  for (let left = 1 + dice.below(4); left > 0; left--) bytes[dice.below(end)] = dice.below(256);
  return bytes;
};

const edgeNumber: Mutation = (bytes, dice) => {
  const [width, value] = [dice.of([1, 2, 4]), dice.of(EDGES)];
  if (bytes.length < width) return bytes;
  const at = dice.below(bytes.length - width + 1);
  const cut = value % 2 ** (8 * width);
  if (dice.chance(0.5)) bytes.writeUIntBE(cut, at, width);
  else bytes.writeUIntLE(cut, at, width);
  return bytes;
};

const truncate: Mutation = (bytes, dice) => bytes.subarray(0, dice.below(bytes.length));

const removePiece: Mutation = (bytes, dice) => {
  const [from, length] = piece(bytes, dice);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + length)]);
};

const repeatPiece: Mutation = (bytes, dice) => {
  const [from, length] = piece(bytes, dice);
  const copies = Array.from({ length: 1 + dice.below(8) }, () => bytes.subarray(from, from + length));
  return Buffer.concat([bytes.subarray(0, from), ...copies, bytes.subarray(from)]);
};

const insertNoise: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), dice.bytes(1 + dice.below(64)), bytes.subarray(at)]);
};

const fillPiece: Mutation = (bytes, dice) => {
  const [from, length] = piece(bytes, dice);
  return bytes.fill(dice.of([0, 0xff, 0x41]), from, from + length);
};

/** A piece of another format in the middle, or its end behind our beginning. */
const splice: Mutation = (bytes, dice, other) => {
  const [from, length] = piece(other, dice);
  const at = dice.below(bytes.length);
  const rest = dice.chance(0.5) ? bytes.subarray(at) : Buffer.alloc(0);
  return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + length), rest]);
};

/** JPEG marker segments: one is doubled, dropped, moved or gets another length. */
const shuffleSegments: Mutation = (bytes, dice) => {
  const segments = jpegSegments(bytes);
  if (segments.length < 2) return flipBits(bytes, dice, bytes);
  const [from, end] = dice.of(segments);
  const segment = bytes.subarray(from, end);
  const without = [bytes.subarray(0, from), bytes.subarray(end)];
  switch (dice.below(4)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, end), segment, bytes.subarray(end)]);
    case 1:
      return Buffer.concat(without);
    case 2:
      return Buffer.concat([
        bytes.subarray(0, 2),
        segment,
        ...without.map((part, i) => (i === 0 ? part.subarray(2) : part)),
      ]);
    default:
      bytes.writeUInt16BE(dice.below(0x10000), from + 2);
      return bytes;
  }
};

/** An entry of the EXIF directory (TIFF 6.0: tag, type, count, value or offset) gets other numbers; also one that points to itself. */
const spoilExif: Mutation = (bytes, dice) => {
  const start = bytes.indexOf('Exif\0\0', 0, 'latin1');
  const tiff =
    start >= 0 ? start + 6 : Math.max(bytes.indexOf('II*\0', 0, 'latin1'), bytes.indexOf('MM\0*', 0, 'latin1'));
  if (tiff < 0 || tiff + 24 > bytes.length) return edgeNumber(bytes, dice, bytes);
  const at = tiff + 8 + 2 + 12 * dice.below(12) + dice.of([0, 2, 4, 8]);
  if (at + 4 > bytes.length) return bytes;
  bytes.writeUInt32LE(dice.chance(0.3) ? 8 : dice.of(EDGES), at);
  return bytes;
};

/** A PNG whose chunk is spoiled and then given the right checksum, so that it is read on. */
const spoilChunk: Mutation = (bytes, dice) => {
  const chunks = pngChunks(bytes);
  if (chunks.length === 0) return edgeNumber(bytes, dice, bytes);
  const [from, end] = dice.of(chunks);
  const [data, sum] = [from + 8, end - 4];
  if (sum > data) bytes[data + dice.below(sum - data)] = dice.below(256);
  bytes.writeUInt32BE(crc32(bytes.subarray(from + 4, sum)), sum);
  return bytes;
};

/** A box of AVIF, MP4 or JUMBF is wrapped into itself many times, or says another length. */
const spoilBoxes: Mutation = (bytes, dice) => {
  const name = dice.of(['ftyp', 'meta', 'iprp', 'ipco', 'iloc', 'ispe', 'moov', 'trak', 'jumb', 'jumd', 'cbor']);
  const at = bytes.indexOf(name, 0, 'latin1') - 4;
  if (at < 0) return edgeNumber(bytes, dice, bytes);
  if (dice.chance(0.7)) {
    bytes.writeUInt32BE(dice.chance(0.5) ? dice.of(EDGES) : dice.below(bytes.length), at);
    return bytes;
  }
  const depth = 1 + dice.below(500);
  const rest = bytes.length - at;
  const heads = Array.from({ length: depth }, (_, i) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(rest + 8 * (depth - i), 0);
    head.write(name, 4, 'latin1');
    return head;
  });
  return Buffer.concat([bytes.subarray(0, at), ...heads, bytes.subarray(at)]);
};

/** Header or payload of a JWS is spoiled as the JSON it holds and written as base64url again, so that the spoiled text is parsed. */
const spoilToken: Mutation = (bytes, dice) => {
  if (!bytes.subarray(0, 3).equals(Buffer.from('eyJ'))) return edgeNumber(bytes, dice, bytes);
  const parts = bytes.toString('latin1').split('.');
  const at = dice.below(Math.min(2, parts.length));
  const json = Buffer.from(parts[at]!, 'base64url').toString('latin1');
  const from = dice.below(Math.max(1, json.length));
  const piece = json.slice(from, from + dice.below(4));
  const spoiled =
    json.slice(0, from) + dice.of(JSON_PIECES) + (dice.chance(0.5) ? piece : '') + json.slice(from + piece.length);
  parts[at] = Buffer.from(spoiled, 'latin1').toString('base64url');
  return Buffer.from(parts.join('.'), 'latin1');
};
const JSON_PIECES = [
  '',
  '0',
  '-',
  '9',
  'e999',
  'null',
  '"',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  ',',
  '{"v":1,"n":"x"},',
  '"__proto__":',
  '\xff',
];

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  spoilHeader,
  edgeNumber,
  edgeNumber,
  truncate,
  removePiece,
  repeatPiece,
  insertNoise,
  fillPiece,
  splice,
  shuffleSegments,
  shuffleSegments,
  spoilExif,
  spoilExif,
  spoilChunk,
  spoilBoxes,
  spoilToken,
];

function piece(bytes: Buffer, dice: Dice): [from: number, length: number] {
  const from = dice.below(bytes.length);
  return [from, 1 + dice.below(Math.min(2_048, bytes.length - from))];
}

/** Start and end of every marker segment with a length, up to the scan. */
function jpegSegments(bytes: Buffer): [number, number][] {
  const segments: [number, number][] = [];
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda;) {
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length || end < at + 4) break;
    segments.push([at, end]);
    at = end;
  }
  return segments;
}

/** Start and end of every whole chunk. */
function pngChunks(bytes: Buffer): [number, number][] {
  const chunks: [number, number][] = [];
  if (!bytes.subarray(1, 4).equals(Buffer.from('PNG'))) return chunks;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    chunks.push([at, end]);
    at = end;
  }
  return chunks;
}
