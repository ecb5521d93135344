import type { ImageType } from '../decoder/evidence.js';

/**
 * Bytes behind the end of the picture itself: an appended archive, a script, or, in genuine phone photos, a second picture
 * or a depth map. A signal, never a refusal. Null when the end is not where the format says (a cut file).
 */
export function trailingBytes(bytes: Buffer, type: ImageType): number | null {
  const end = ENDS[type](bytes);
  return end === null || end > bytes.length ? null : bytes.length - end;
}

const ENDS: Record<ImageType, (bytes: Buffer) => number | null> = {
  'image/jpeg': endOfJpeg,
  'image/png': endOfPng,
  'image/webp': (bytes) => (bytes.length < 12 ? null : 8 + evenUp(bytes.readUInt32LE(4))),
  'image/avif': endOfIsoBoxes,
};

/** RIFF chunks are padded to an even length. */
const evenUp = (length: number): number => length + (length % 2);

/** Walks the marker segments (ITU-T T.81 B.1.1) to the first end-of-image marker. */
function endOfJpeg(bytes: Buffer): number | null {
  let at = 2;
  while (at + 1 < bytes.length) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return at + 2;
    if (marker === 0xff) at += 1;
    else if (isStuffing(marker)) at += 2;
    else if (at + 4 > bytes.length) return null;
    else at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}

/** Inside a scan 0xff is followed by 0x00 or a restart marker; neither they nor 0x01 and 0xd8 have a length. */
const isStuffing = (marker: number): boolean => marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);

/** Walks the chunks (PNG, third edition, 5.3) to the end of IEND. */
function endOfPng(bytes: Buffer): number | null {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IEND') return end;
    at = end;
  }
  return null;
}

/** Walks the top-level boxes (ISO/IEC 14496-12, 4.2) as long as they are of a kind that belongs there. */
function endOfIsoBoxes(bytes: Buffer): number | null {
  let at = 0;
  while (at + 8 <= bytes.length && ISO_BOXES.has(bytes.toString('latin1', at + 4, at + 8))) {
    const size = bytes.readUInt32BE(at);
    if (size === 0) return bytes.length;
    if (size < 8) return null;
    at += size;
  }
  return at;
}

/** A 64-bit size (1) is not followed: nothing we take is that large. */
const ISO_BOXES = new Set(['ftyp', 'meta', 'mdat', 'free', 'skip', 'wide', 'uuid', 'moov', 'pdin', 'etyp']);
