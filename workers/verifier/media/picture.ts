import { createHash } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import type { DecodeEvidence } from '../decoder/evidence.js';
import { clip } from './clip.js';
import { openPicture } from './libvips.js';

/** Longest side of the working copy that every later stage reads, in pixels. */
export const WORKING_SIDE_MAX = 1024;

/** Upright pixels: rows from the top, three bytes (R, G, B) a pixel, sRGB. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Buffer;
}

export interface Decoded {
  /** Null when refused. */
  readonly picture: Picture | null;
  readonly evidence: Omit<DecodeEvidence, 'duration_ms'>;
}

/**
 * Decodes the whole file once, into an upright working copy; the integrity check and the source of all model inputs.
 *
 * A large JPEG is scaled while it is decoded: the decoder still reads every byte of the scan and only computes fewer output
 * pixels, so a file cut anywhere (even by its last two bytes) is refused as it is by a full-size decode, in less time. Bytes
 * altered inside a scan can decode without complaint in either way; the sealed hash of the file covers those.
 * Transparent pixels are laid on mid grey, so that nobody sees a picture the models did not.
 */
export async function decodePicture(bytes: Buffer): Promise<Decoded> {
  try {
    const { data, info } = await openPicture(bytes)
      .autoOrient()
      .resize(WORKING_SIDE_MAX, WORKING_SIDE_MAX, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const whole = await openPicture(bytes).metadata();
    const picture = { width: info.width, height: info.height, rgb: data };
    return { picture, evidence: describe(picture, whole.autoOrient) };
  } catch (error) {
    return { picture: null, evidence: { ...NOTHING, refusal: refusalOf(error) } };
  }
}

/** The picture scaled to exactly `width` x `height`, its proportions ignored: what the models take. RGB bytes. */
export async function stretch(picture: Picture, width: number, height: number): Promise<Buffer> {
  return sharpOf(picture).resize(width, height, { fit: 'fill' }).raw().toBuffer();
}

/** A picture of ours, already decoded, as a source for further steps. */
export function sharpOf({ rgb, width, height }: Picture): Sharp {
  return sharp(rgb, { raw: { width, height, channels: 3 } });
}

const NOTHING = {
  refusal: null,
  width: null,
  height: null,
  working_width: null,
  working_height: null,
  working_sha256: null,
};

function describe(picture: Picture, whole: { width: number; height: number }): Decoded['evidence'] {
  return {
    refusal: null,
    width: whole.width,
    height: whole.height,
    working_width: picture.width,
    working_height: picture.height,
    working_sha256: createHash('sha256').update(picture.rgb).digest('hex'),
  };
}

/** libvips has no error codes, so its words decide between cut, too large, unknown coding and otherwise damaged. */
function refusalOf(error: unknown): NonNullable<DecodeEvidence['refusal']> {
  const detail = clip(error instanceof Error ? error.message : String(error));
  if (/pixel limit/i.test(detail)) return { reason: 'too_many_pixels', detail };
  if (/premature end|end of file|bad seek|truncated|read error|unable to parse/i.test(detail)) {
    return { reason: 'truncated', detail };
  }
  if (/unsupported|not supported|no decoding plugin/i.test(detail)) return { reason: 'unsupported_coding', detail };
  return { reason: 'damaged', detail };
}
